//! The names that Prisma's formatter gives to what it adds, letter by letter, so that both give the same.

/// The first letter small: `userAccount` for `UserAccount`.
pub(super) fn uncapitalized(name: &str) -> String {
    with_first(name, |first| first.to_lowercase().collect())
}

/// The first letter large.
pub(super) fn capitalized(name: &str) -> String {
    with_first(name, |first| first.to_uppercase().collect())
}

fn with_first(name: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(change).unwrap_or_default();
    first + letters.as_str()
}

/// Words run together: `blogPost` for `blog_post` and `BlogPost`, `httppost` for `HTTPPost`.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut new_word = false;
    // The last letter that began no word.
    let mut last = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() {
            new_word = !out.is_empty();
        } else if c.is_numeric() {
            new_word = true;
            out.push(c);
        } else if new_word || last.is_lowercase() && c.is_uppercase() {
            new_word = false;
            out.push(c.to_ascii_uppercase());
        } else {
            last = c;
            out.push(c.to_ascii_lowercase());
        }
    }
    out
}

/// The plural of an English word.
pub(super) fn plural(word: &str) -> String {
    // The first ending that fits is cut and replaced.
    const ENDINGS: &[(&str, &str, &str)] = &[
        ("person", "person", "people"),
        ("people", "", ""),
        ("children", "", ""),
        ("child", "", "ren"),
        ("woman", "an", "en"),
        ("mouse", "ouse", "ice"),
        ("goose", "oose", "eese"),
        ("tooth", "ooth", "eeth"),
        ("foot", "oot", "eet"),
        ("quiz", "", "zes"),
        ("matrix", "ix", "ices"),
        ("vertex", "ex", "ices"),
        ("index", "ex", "ices"),
        ("appendix", "ix", "ices"),
        ("axis", "is", "es"),
        ("criterion", "on", "a"),
        ("datum", "um", "a"),
        ("criteria", "", ""),
        ("agenda", "", ""),
        ("data", "", ""),
        ("equipment", "", ""),
        ("information", "", ""),
        ("money", "", ""),
        ("police", "", ""),
        ("sheep", "", ""),
        ("deer", "", ""),
        ("virus", "us", "i"),
        ("radius", "us", "i"),
        ("cactus", "us", "i"),
        ("focus", "us", "i"),
        ("locus", "us", "i"),
        ("stimulus", "us", "i"),
        ("octopus", "us", "i"),
        ("atlas", "", "es"),
        ("ay", "", "s"),
        ("ey", "", "s"),
        ("iy", "", "s"),
        ("oy", "", "s"),
        ("quy", "y", "ies"),
        ("uy", "", "s"),
        ("y", "y", "ies"),
        ("sis", "is", "es"),
        ("ss", "", "es"),
        ("sh", "", "es"),
        ("ch", "", "es"),
        ("zz", "", "es"),
        ("x", "", "es"),
        ("ous", "", ""),
        ("aus", "", ""),
        ("uus", "", ""),
        ("us", "", "es"),
        ("alias", "", "es"),
        ("gas", "", "es"),
        ("hero", "", "es"),
        ("ato", "", "es"),
        ("life", "fe", "ves"),
        ("knife", "fe", "ves"),
        ("wife", "fe", "ves"),
        ("lf", "f", "ves"),
        ("arf", "f", "ves"),
        ("eaf", "f", "ves"),
        ("hoof", "f", "ves"),
        ("s", "", ""),
    ];
    let ending = ENDINGS.iter().find(|(ending, ..)| word.ends_with(ending));
    match ending {
        Some((_, cut, plural)) => format!("{}{plural}", &word[..word.len() - cut.len()]),
        None => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{camel, capitalized, plural, uncapitalized};

    #[test]
    fn words_are_cut_as_prisma_cuts_them() {
        for (name, expected) in [
            ("UserACL", "userACL"),
            ("HTTPPost", "httppost"),
            ("blog_post", "blogPost"),
            ("FOO_BAR", "fooBar"),
            ("aB_cD", "aBCD"),
            ("Data9x", "data9X"),
            ("foo_", "foo"),
            ("X", "x"),
        ] {
            assert_eq!(camel(name), expected);
        }
        assert_eq!(uncapitalized("HTTPPost"), "hTTPPost");
        assert_eq!(capitalized("éa"), "Éa");
    }

    #[test]
    fn plurals_are_english() {
        for (word, expected) in [
            ("post", "posts"),
            ("category", "categories"),
            ("key", "keys"),
            ("bus", "buses"),
            ("box", "boxes"),
            ("status", "statuses"),
            ("person", "people"),
            ("child", "children"),
            ("x", "xes"),
            ("analysis", "analyses"),
            ("news", "news"),
            ("as", "as"),
            ("a", "as"),
        ] {
            assert_eq!(plural(word), expected);
        }
    }
}
