//! The stable codes, each with its page.

macro_rules! codes {
    ($($name:ident $number:literal $title:literal $page:literal)*) => {
        /// The stable code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in order of number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is printed: `R0012`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $number,)* }
            }

            /// What it is about, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            fn page(self) -> &'static str {
                match self { $(Self::$name => $page,)* }
            }
        }
    };
}

codes! {
    Syntax "R0001" "a line that is not in the language"
        "Each line of a block is one field, value, property or attribute. Arguments may run over several lines inside their parentheses.\n\nThe rest of the file is still checked, so that one bad line does not hide other errors."
    UnclosedBlock "R0002" "a block without its closing brace"
        "A block runs from its `{` to a line that starts with `}`. Without one, it ends before the next block head."
    InvalidString "R0003" "a string that cannot be read"
        "Strings stand in double quotes and know the escapes of JSON: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX. For text over several lines write \"\"\"…\"\"\"."
    InvalidName "R0004" "a name that is not allowed"
        "Names start with a letter and go on with letters, digits and `_`. To use another name in the database, add `@map(\"…\")` or `@@map(\"…\")`."
    ReservedName "R0005" "a name that is taken by the language"
        "Scalar types, and the words that clients of Prisma schemas reserve, cannot name a model, view or enum. Choose another name and keep the table with `@@map(\"…\")`."
    DuplicateName "R0006" "two things of one name"
        "Models, views and enums share one namespace over all files of a schema; the fields of a model, the values of an enum and the keys of a block share one each. Database names must differ too."
    UnknownType "R0007" "a type that does not exist"
        "A field's type is a scalar (String, Boolean, Int, BigInt, Float, Decimal, DateTime, Json, Bytes), an enum, a model, or `Unsupported(\"…\")`."
    UnknownAttribute "R0008" "an attribute that does not exist here"
        "Attributes of a field start with one `@`, those of a block with two."
    InvalidArgument "R0009" "an argument that does not fit"
        "An attribute takes named arguments, and one of them may be written without its name. Each is given at most once."
    DuplicateAttribute "R0010" "an attribute given twice"
        "Each attribute stands at most once on a field or block, but for `@@index`, `@@unique` and `@@fulltext`."
    UnknownField "R0011" "a field that does not exist"
        "Keys, indexes and relations name fields of a model by their schema names, not by their columns."
    MissingIdentifier "R0012" "a model whose rows cannot be named"
        "A model needs an `@id`, an `@@id`, or a unique whose fields are all required. A model with `@@ignore` is exempt."
    MissingOpposite "R0013" "a relation with one side"
        "A relation has a field on both models. Add a field of this model's type, or a list of it, to the other model."
    AmbiguousRelation "R0014" "relations that cannot be told apart"
        "Two relations between the same models need names: `@relation(\"Name\")` on both sides of each."
    RelationFields "R0015" "a relation whose columns do not add up"
        "One side names its own columns with `fields` and those of the other model with `references`, as many of each, and of equal types."
    RelationTarget "R0016" "a relation to columns that are not unique"
        "The columns in `references` must be the id or a unique of the other model, since a foreign key can refer to nothing else."
    OneToOne "R0017" "a one-to-one relation that could be many"
        "In a one-to-one relation the columns in `fields` must be unique, and the side without them is optional."
    RelationArity "R0018" "a relation that must exist over columns that may be NULL"
        "A required relation needs required columns. Make the relation optional with `?`, or the columns required."
    ReferentialAction "R0019" "a referential action that cannot work"
        "The actions are Cascade, Restrict, NoAction, SetNull and SetDefault; not every database has all of them, and SetNull needs columns that may be NULL."
    InvalidDefault "R0020" "a default that does not fit its field"
        "A default is a literal of the field's type, or a function that makes one."
    NativeType "R0021" "a column type that does not fit"
        "`@db.Type(…)` chooses a column type of the database; `db` is the datasource's name. Each type holds certain scalars and takes certain arguments."
    NotSupported "R0022" "something this database does not have"
        "Not every database has every feature of the language. Nothing is left out silently: what a database cannot have is an error."
    Datasource "R0023" "a datasource that cannot be used"
        "A schema has one `datasource` block with a literal `provider`."
    UnknownProperty "R0024" "a property that does not exist"
        "A datasource knows provider, url, directUrl, shadowDatabaseUrl, relationMode, schemas and extensions."
    Generator "R0025" "a generator that cannot be read"
        "A generator has a `provider`. Generators of other tools are kept as they are and never run."
    ConstraintName "R0026" "a constraint's name that is too long or taken"
        "Names of keys, indexes and foreign keys must differ where the database keeps them together, and fit its limit in bytes. Give another with `map: \"…\"`."
    EmptyBlock "R0027" "a block with nothing in it"
        "An enum needs at least one value."
    InvalidIndex "R0028" "a key or index that cannot be made"
        "A key or index names columns of its own model, each once; a primary key needs required ones."
    Autoincrement "R0029" "an autoincrement that the database cannot have"
        "MySQL has one autoincrement a table, first in some index. SQLite has it on a single id only."
    NotATarget "R0030" "a database that relata does not write for"
        "relata writes for PostgreSQL, MySQL, MariaDB and SQLite. Schemas for other databases parse and format."
    NoDatasource "R0031" "a schema without a datasource"
        "SQL and column types depend on the database. Add `datasource db { provider = \"sqlite\" }`, or postgresql or mysql."
    Ignored "R0032" "an @ignore that has no place"
        "`@ignore` keeps a field, `@@ignore` a model, out of generated code."
    ServerWillRefuse "R0033" "a schema that Prisma accepts and the server refuses"
        "This schema is accepted, since Prisma accepts it, but the database will refuse it or read it otherwise than it looks."
    RustFragment "R0034" "Rust in the schema that cannot be read"
        "`@rust.type(\"…\")` takes a Rust type and `@@rust.derive(…)` paths of derive macros."
    MissingIndex "R0035" "relation columns without an index"
        "With `relationMode = \"prisma\"` no foreign key makes an index, so that each look-up along the relation reads the whole table. Add `@@index([…])`."
    ServerCode "R0036" "a statement that does not belong to its block"
        "Views, functions, triggers and policies hold their whole statement in `@@sql(\"\"\"CREATE …\"\"\")`: one statement, which makes a thing of the block's kind and name. Another name in the database is said with `@@map(\"…\")`, and overloads of a function are told apart by `@@map(\"f(int, text)\")`."
    Renamed "R0037" "a rename that cannot be followed"
        "`@renamed(from: \"old\")` and `@@renamed(from: \"old\")` say what a thing was called in the database before. It acts only where the old name exists and the new one does not, so that names that change places cannot be told apart from names that stayed: give one of them another name first, in a migration of its own."
    NotADatabaseName "R0038" "a name in SQL that is not the database's"
        "SQL in a schema (`@check`, `@generated`, `where: raw(…)`, `@@sql`) speaks the names of the database: those of `@map` and `@@map`, where they are given. PostgreSQL takes a name without quotes in small letters, so that a name with capitals stands in double quotes."
}

/// The page for a code such as `R0012`, upper or lower case.
///
/// ```
/// assert!(relata_schema::diagnostic::explain("r0012").unwrap().contains("@id"));
/// ```
pub fn explain(code: &str) -> Option<String> {
    let code = Code::ALL
        .iter()
        .find(|known| known.as_str().eq_ignore_ascii_case(code))?;
    Some(format!(
        "{}: {}\n\n{}\n",
        code.as_str(),
        code.title(),
        code.page()
    ))
}
