//! Lines in columns.
//!
//! Widths are counted in bytes, as Prisma's formatter does: a file that both format must not go back and forth.

/// Lines whose cells stand in columns, mixed with lines that do not.
#[derive(Default)]
pub(super) struct Table {
    lines: Vec<Line>,
}

enum Line {
    /// The cells, and what stands behind them.
    Row(Vec<String>, String),
    /// Text that is no part of the columns.
    Free(String),
}

impl Table {
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.lines.push(Line::Row(cells, String::new()));
    }

    pub(super) fn free(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Free(text.into()));
    }

    /// Puts a comment behind the last line.
    pub(super) fn behind(&mut self, comment: &str) {
        match self.lines.last_mut() {
            Some(Line::Row(_, suffix)) => {
                if !suffix.is_empty() {
                    suffix.push(' ');
                }
                suffix.push_str(comment);
            }
            Some(Line::Free(text)) => {
                text.push(' ');
                text.push_str(comment);
            }
            None => self.free(comment),
        }
    }

    /// Prints the lines with an indentation of two, and empties the table.
    pub(super) fn flush(&mut self, out: &mut String) {
        let mut widths: Vec<usize> = Vec::new();
        for line in &self.lines {
            let Line::Row(cells, _) = line else { continue };
            for (column, cell) in cells.iter().enumerate() {
                let width = cell.len();
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        for line in self.lines.drain(..) {
            out.push_str("  ");
            match line {
                Line::Free(free) => out.push_str(&free),
                Line::Row(cells, suffix) => {
                    let mut text = String::new();
                    for (column, cell) in cells.iter().enumerate() {
                        text.push_str(cell);
                        let padding = widths[column] - cell.len() + 1;
                        text.extend(std::iter::repeat_n(' ', padding));
                    }
                    out.push_str(text.trim_end());
                    if !suffix.is_empty() {
                        out.push(' ');
                        out.push_str(&suffix);
                    }
                }
            }
            out.push('\n');
        }
    }
}
