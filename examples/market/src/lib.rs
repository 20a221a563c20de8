//! A marketplace: what its users do, on whichever database it runs.
//!
//! Rows that are taken away stay in their table (soft delete), so that buyers find what they bought: `for_sale` is the one place that
//! says what is there.

/// The schema, as `build.rs` made it.
pub mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}

use db::{Category, Client, Db, Kind, Listing, favourite, listing, notification, review, user};
use relata::types::jiff::Timestamp;
use relata::types::rust_decimal::Decimal;
use relata::{Error, Result};
use serde_json::json;

/// A listing with its seller and what buyers said of the seller's things.
pub type Shown = listing::WithReviews<listing::WithSeller>;

/// What is for sale: not sold, and not taken away.
fn for_sale() -> relata::client::Filter<Listing> {
    listing::buyer_id
        .is_null()
        .and(listing::deleted_at.is_null())
}

/// A page of what is for sale in a category, the cheapest first.
///
/// # Errors
///
/// Those of the database.
pub async fn browse(db: &Client, category: Category, page: u64) -> Result<Vec<Shown>> {
    db.listing()
        .find_many()
        .filter(for_sale().and(listing::category.eq(category)))
        .order_by(listing::price.asc())
        .order_by(listing::id.asc())
        .skip(page * 2)
        .take(2)
        .include(listing::seller)
        .include(listing::reviews)
        .await
}

/// Puts something up for sale.
///
/// # Errors
///
/// Those of the database.
pub async fn offer(
    db: &Client,
    seller: user::Id,
    title: &str,
    price: Decimal,
    category: Category,
) -> Result<Listing> {
    let new = listing::New {
        title: title.to_owned(),
        price,
        category,
        seller_id: seller,
    };
    db.listing().create(new).await
}

/// Buys a listing: once, whoever comes second.
///
/// # Errors
///
/// [`Error::NotFound`] where it is not for sale any more.
pub async fn buy(db: &Client, buyer: user::Id, id: listing::Id) -> Result<Listing> {
    let run = db.transaction().retries(3).run(move |tx| async move {
        // The condition is part of the update, so that two buyers cannot both find it for sale.
        let sold = tx
            .listing()
            .update_many()
            .filter(for_sale().and(listing::id.eq(id)))
            .set(listing::buyer_id.to(buyer))
            .await?;
        if sold == 0 {
            return Err(Error::NotFound { table: None });
        }
        let listing = tx
            .listing()
            .find_unique(listing::id.eq(id))
            .required()
            .await?;
        let what = json!({ "listing": id, "price": listing.price });
        tell(&tx, listing.seller_id, Kind::Sold, what).await?;
        Ok(listing)
    });
    run.await
}

/// Says what one thinks of what one has bought; saying it again changes it.
///
/// # Errors
///
/// [`Error::NotFound`] where somebody else bought it.
pub async fn rate(
    db: &Client,
    author: user::Id,
    id: listing::Id,
    stars: i32,
    text: Option<&str>,
) -> Result<()> {
    db.tx(async |tx| {
        let bought = listing::id.eq(id);
        let bought = tx
            .listing()
            .find_unique(bought)
            .filter(listing::buyer_id.eq(author));
        let bought = bought.required().await?;
        let new = review::New {
            stars,
            listing_id: id,
            author_id: author,
        };
        tx.review()
            .upsert(review::listing_id_author_id.eq(id, author), new)
            .set(review::text.to(text))
            .update(review::stars.to(stars))
            .update(review::text.to(text))
            .await?;
        tell(
            &tx,
            bought.seller_id,
            Kind::Reviewed,
            json!({ "listing": id, "stars": stars }),
        )
        .await
    })
    .await
}

/// Takes a listing away, and tells those who liked it.
///
/// # Errors
///
/// [`Error::NotFound`] where there is no such listing.
pub async fn take_away(db: &Client, id: listing::Id) -> Result<()> {
    db.tx(async |tx| {
        let gone = tx
            .listing()
            .update(listing::id.eq(id))
            .set(listing::deleted_at.to(Timestamp::now()))
            .await?;
        let fans = tx
            .favourite()
            .find_many()
            .filter(favourite::listing_id.eq(id));
        for fan in fans.select(favourite::user_id).await? {
            tell(&tx, fan, Kind::Gone, json!({ "title": gone.title })).await?;
        }
        Ok(())
    })
    .await
}

/// What users think of a seller's things: how many said something, and the average of their stars.
///
/// # Errors
///
/// Those of the database.
pub async fn standing(db: &Client, seller: user::Id) -> Result<(i64, Option<f64>)> {
    db.review()
        .aggregate((relata::count(), review::stars.avg()))
        .filter(review::listing.is(listing::seller_id.eq(seller)))
        .await
}

async fn tell(db: &Db, to: user::Id, kind: Kind, what: serde_json::Value) -> Result<()> {
    let new = notification::New {
        user_id: to,
        kind,
        what,
    };
    db.notification().create(new).await.map(drop)
}
