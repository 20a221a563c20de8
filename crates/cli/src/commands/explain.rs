//! `relata explain`.

use relata_schema::diagnostic;
use serde_json::json;

use crate::failure::Failure;
use crate::output::Output;

/// The pages for everything but the schema language, whose pages stand with its codes.
const PAGES: &str = include_str!("pages.txt");

/// A page.
struct Page {
    code: &'static str,
    title: &'static str,
    text: &'static str,
}

fn pages() -> impl Iterator<Item = Page> {
    let blocks = PAGES.split("\n\n").map(str::trim);
    blocks
        .filter(|block| block.starts_with('R'))
        .filter_map(|block| {
            let (head, text) = block.split_once('\n')?;
            let (code, title) = head.split_once(' ')?;
            Some(Page { code, title, text })
        })
}

pub fn run(code: &str, output: &Output) -> Result<u8, Failure> {
    let code = code.trim().to_uppercase();
    let page = diagnostic::explain(&code).or_else(|| {
        let own = pages().find(|page| page.code == code)?;
        Some(format!("{}: {}\n\n{}\n", own.code, own.title, own.text))
    });
    let page = page.or_else(|| of_prisma(&code)).ok_or_else(|| {
        Failure::new(
            "R7006",
            format!(
                "there is no page for `{code}`; a code is printed in brackets, as in error[R0012]"
            ),
        )
    })?;
    output.json(&json!({ "code": code, "page": page }));
    output.line(page.trim_end());
    Ok(0)
}

/// The pages that speak of a code of Prisma's.
fn of_prisma(code: &str) -> Option<String> {
    let mark = format!("({code})");
    let found: Vec<String> = pages()
        .filter(|page| page.title.contains(&mark) || page.text.contains(&mark))
        .map(|page| format!("{}: {}\n\n{}\n", page.code, page.title, page.text))
        .collect();
    (code.starts_with('P') && !found.is_empty()).then(|| found.join("\n"))
}
