//! Work on all processors, with the same outcome as on one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads there are to work with.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8)
}

/// Does every piece of work, each by whichever thread is free next, and gives the outcomes in the order of the pieces.
pub(crate) fn map<T: Send, R: Send>(work: Vec<T>, each: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = threads().min(work.len());
    if threads < 2 {
        return work.into_iter().map(each).collect();
    }
    let pieces: Vec<Mutex<Option<T>>> = work
        .into_iter()
        .map(|piece| Mutex::new(Some(piece)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, R)> = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(number) else {
                return done;
            };
            // Each number is drawn once, so that nobody else holds the piece or has taken it.
            if let Some(piece) = piece.lock().ok().and_then(|mut piece| piece.take()) {
                done.push((number, each(piece)));
            }
        }
    };
    let mut all = std::thread::scope(|scope| {
        // This thread works too. One that cannot be started is not missed: the others take its pieces.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| std::thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    all.sort_unstable_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn outcomes_stand_in_the_order_of_the_work() {
        let squares = super::map((0..1000_u64).collect(), |number| {
            // The first pieces take the longest.
            (number..1000).fold(number * number, |square, _| std::hint::black_box(square))
        });
        assert!(
            squares
                .into_iter()
                .eq((0..1000).map(|number| number * number))
        );
    }
}
