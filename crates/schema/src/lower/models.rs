//! The lines of models: fields with their attributes, keys and indexes.
//!
//! A model says nothing that another one's lines depend on; only relations, which are paired later, join two. So the models of
//! a large schema are lowered in parts, on all processors.

use super::{Context, attributes, fields, indexes, names};
use crate::ir::{Arena, Id, ModelId, Schema};
use crate::parallel;
use crate::parse::Node;

/// With fewer fields than this, starting threads takes longer than they save.
const MANY_FIELDS: usize = 4000;

pub(super) fn lower(cx: &mut Context<'_>) {
    let count = if count_fields(cx) < MANY_FIELDS {
        1
    } else {
        parallel::threads()
    };
    in_parts(cx, count);
}

fn count_fields(cx: &Context<'_>) -> usize {
    let last = cx.schema.models.iter().last();
    last.map_or(0, |last| last.fields.end) as usize
}

fn in_parts(cx: &mut Context<'_>, count: usize) {
    let total = count_fields(cx);
    let models = &mut cx.schema.models;
    // Each part takes the same number of fields, and the last ones are cut off first. The first has room for the fields of all,
    // which are copied to it when they are done.
    let mut parts: Vec<(Context<'_>, Vec<Node<'_>>)> = Vec::with_capacity(count);
    let mut end = total;
    for number in (0..count).rev() {
        let fields = total * number / count;
        let model = models.partition_point(|model| (model.fields.start as usize) < fields);
        let own = models.split_off(ModelId::from_index(model));
        let blocks = cx.model_nodes.split_off(model);
        let first = own
            .iter()
            .next()
            .map_or(end, |model| model.fields.start as usize);
        let room = if number == 0 { total } else { end - first };
        end = first;
        let part = Context {
            schema: Schema {
                models: own,
                fields: Arena::beginning_at(first, room),
                datasource: cx.schema.datasource.clone(),
                enums: cx.schema.enums.clone(),
                enum_values: cx.schema.enum_values.clone(),
                domains: cx.schema.domains.clone(),
                texts: cx.schema.texts.clone(),
                ..Schema::default()
            },
            names: cx.names.clone(),
            value_names: cx.value_names.clone(),
            ..Context::default()
        };
        parts.push((part, blocks));
    }
    parts.reverse();
    for part in parallel::map(parts, one) {
        cx.take_in(part);
    }
}

/// Lowers the models of one part, one after the other, so that what belongs together is read while it is at hand.
fn one<'t>((mut cx, blocks): (Context<'t>, Vec<Node<'t>>)) -> Context<'t> {
    for (model, block) in cx.schema.models.ids().zip(blocks) {
        fields::declare(&mut cx, model, block);
        attributes::fields(&mut cx);
        indexes::block(&mut cx, model, block);
        names::of_model(&mut cx, model);
    }
    cx
}

impl<'t> Context<'t> {
    /// Adds what was found in the next part.
    fn take_in(&mut self, part: Context<'t>) {
        self.schema.models.append(part.schema.models);
        self.schema.fields.append(part.schema.fields);
        self.relation_attributes.append(part.relation_attributes);
        self.field_names.extend(part.field_names);
        let before = self.diagnostics.append(part.diagnostics);
        self.unknown
            .extend(part.unknown.into_iter().map(|mut unknown| {
                unknown.at += before;
                unknown
            }));
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::super::{Context, blocks, suggest};
    use super::in_parts;
    use crate::parse::Tree;
    use crate::span::FileId;

    fn lowered(trees: &[Tree], parts: usize) -> String {
        let mut cx = Context::default();
        cx.schema.texts = trees.iter().map(Tree::file_text).collect();
        blocks::declare(&mut cx, trees);
        in_parts(&mut cx, parts);
        suggest::complete(&mut cx);
        format!("{:#?}\n{:#?}", cx.schema, cx.diagnostics)
    }

    #[test]
    fn parts_give_what_the_whole_gives() {
        let mut text = String::from(
            "datasource db {\n  provider = \"postgresql\"\n}\nenum Color {\n  RED\n}\n",
        );
        for number in 0..9 {
            // One model is larger than all parts, another has no line, and each has mistakes with hints and without.
            let _ = writeln!(
                text,
                "model M{number} {{\n  id Int @id\n  color Color @default(REDD)"
            );
            for column in 0..if number == 4 { 200 } else { number } {
                let _ = writeln!(text, "  c{column} Strin @db.VarChar(0) @map(\"x{column}\")");
            }
            let _ = writeln!(
                text,
                "  next M8? @relation(fields: [idd], references: [id])\n  @@index([c1, colour])\n}}\nmodel E{number} {{\n}}"
            );
        }
        let trees = [Tree::parse(FileId(0), text.as_str().into())];
        let whole = lowered(&trees, 1);
        assert!(whole.contains("did you mean `String`?") && whole.contains("did you mean `RED`?"));
        for parts in [2, 3, 8, 50] {
            assert!(lowered(&trees, parts) == whole, "{parts}");
        }
    }
}
