//! Schemas of any size: each model has twelve columns, two relations with their back sides, a unique and two indexes; there is
//! an enum for every ten models.

use std::fmt::Write as _;

/// What is different from the plain schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// The model in the middle has one more column.
    OneColumn,
}

/// A valid schema with that many models.
pub(crate) fn schema(models: usize, change: Change) -> String {
    let mut text = String::from("datasource db {\n  provider = \"postgresql\"\n}\n");
    for number in 0..models.div_ceil(10) {
        let _ = write!(
            text,
            "\nenum State{number} {{\n  NEW\n  OPEN\n  CLOSED\n  GONE\n}}\n"
        );
    }
    for number in 0..models {
        let next = (number + 1) % models;
        let before = (number + models - 1) % models;
        let far = (number + models / 2) % models;
        let far_back = (number + models - models / 2) % models;
        let extra = if change == Change::OneColumn && number == models / 2 {
            "  extra      String?\n"
        } else {
            ""
        };
        let state = number / 10;
        let _ = write!(
            text,
            "
/// The thing with the number {number}.
model Thing{number} {{
  id         Int      @id @default(autoincrement())
  title      String
  handle     String   @unique
  remark     String?
  amount     Int      @default(0)
  weight     Decimal
  visible    Boolean  @default(true)
  createdAt  DateTime @default(now())
  changedAt  DateTime @updatedAt
  state      State{state} @default(NEW)
  nextId     Int
  farId      Int?
{extra}  next       Thing{next} @relation(\"Next{number}\", fields: [nextId], references: [id], onDelete: Cascade)
  far        Thing{far}? @relation(\"Far{number}\", fields: [farId], references: [id])
  before     Thing{before}[] @relation(\"Next{before}\")
  near       Thing{far_back}[] @relation(\"Far{far_back}\")

  @@index([nextId])
  @@index([title, createdAt])
  @@map(\"thing_{number}\")
}}
"
        );
    }
    text
}
