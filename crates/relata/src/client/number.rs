//! Numbers as types, by which the compiler tells the relations of a model apart.
//!
//! Each name that relations have has a number of five octal digits. Rust has no way to ask whether two types differ, but the
//! digits can be asked one by one.

/// The digit 0.
#[derive(Debug, Clone, Copy)]
pub struct D0;
/// The digit 1.
#[derive(Debug, Clone, Copy)]
pub struct D1;
/// The digit 2.
#[derive(Debug, Clone, Copy)]
pub struct D2;
/// The digit 3.
#[derive(Debug, Clone, Copy)]
pub struct D3;
/// The digit 4.
#[derive(Debug, Clone, Copy)]
pub struct D4;
/// The digit 5.
#[derive(Debug, Clone, Copy)]
pub struct D5;
/// The digit 6.
#[derive(Debug, Clone, Copy)]
pub struct D6;
/// The digit 7.
#[derive(Debug, Clone, Copy)]
pub struct D7;

/// True.
#[derive(Debug, Clone, Copy)]
pub struct Yes;
/// False.
#[derive(Debug, Clone, Copy)]
pub struct No;

/// Whether two numbers are the same.
pub trait Is<Other> {
    /// [`Yes`] or [`No`].
    type Same;
}

macro_rules! digits {
    ($(($a:ident: $($same:ident)* ;))*) => {$(digits!(@ $a $($same)*);)*};
    (@ $a:ident $s0:ident $s1:ident $s2:ident $s3:ident $s4:ident $s5:ident $s6:ident $s7:ident) => {
        impl Is<D0> for $a { type Same = $s0; }
        impl Is<D1> for $a { type Same = $s1; }
        impl Is<D2> for $a { type Same = $s2; }
        impl Is<D3> for $a { type Same = $s3; }
        impl Is<D4> for $a { type Same = $s4; }
        impl Is<D5> for $a { type Same = $s5; }
        impl Is<D6> for $a { type Same = $s6; }
        impl Is<D7> for $a { type Same = $s7; }
    };
}

digits! {
    (D0: Yes No No No No No No No;)
    (D1: No Yes No No No No No No;)
    (D2: No No Yes No No No No No;)
    (D3: No No No Yes No No No No;)
    (D4: No No No No Yes No No No;)
    (D5: No No No No No Yes No No;)
    (D6: No No No No No No Yes No;)
    (D7: No No No No No No No Yes;)
}

/// Both of two.
pub trait And<Other> {
    /// [`Yes`] or [`No`].
    type Both;
}

impl<Other> And<Other> for Yes {
    type Both = Other;
}

impl<Other> And<Other> for No {
    type Both = No;
}

impl<A, B, C, D, E, V, W, X, Y, Z> Is<(V, W, X, Y, Z)> for (A, B, C, D, E)
where
    A: Is<V>,
    B: Is<W>,
    C: Is<X>,
    D: Is<Y>,
    E: Is<Z>,
    D::Same: And<E::Same>,
    C::Same: And<Both<D::Same, E::Same>>,
    B::Same: And<Both<C::Same, Both<D::Same, E::Same>>>,
    A::Same: And<Both<B::Same, Both<C::Same, Both<D::Same, E::Same>>>>,
{
    type Same = Both<A::Same, Both<B::Same, Both<C::Same, Both<D::Same, E::Same>>>>;
}

/// See [`And`].
type Both<A, B> = <A as And<B>>::Both;
