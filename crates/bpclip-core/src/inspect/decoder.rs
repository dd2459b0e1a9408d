//! Threads that read pictures ahead of the network and bring them to their scored size.

use super::cache::DecodeCache;
use super::source::{Source, Stamp, read_both};
use super::{InspectError, Prepared, prepare, prepare_unmeasured};
use crate::guard::guard;
use crate::image::{Limits, Picture, SizePolicy};
use crate::memory::Budget;
use crate::metric::{Metric, Readings};
use crate::model::Task;
use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded, select_biased, unbounded};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Pixels of pictures that are measured at once: the classic metrics see whole pictures, and
/// SSIMULACRA2 takes up to 110 bytes of memory for each pixel. What is larger is measured alone.
const MEASURED_AT_ONCE: u64 = 16_000_000;
static MEASURING: Budget = Budget::new(|| MEASURED_AT_ONCE);

/// A picture, and its reference where the network looks at one.
pub(super) type Pair = (Prepared, Option<Arc<Prepared>>);

/// A picture that is to be read for a network.
pub(super) struct Order {
    pub picture: Source,
    pub reference: Option<Source>,
    pub task: Task,
    pub size: SizePolicy,
}

/// What is known of a picture before the network has seen it.
pub(super) struct Decoded {
    pub pair: Result<Pair, InspectError>,
    /// What the metrics say; also where the pair could not be brought to its size.
    pub readings: Readings,
}

impl Decoded {
    fn failed(error: InspectError) -> Self {
        Self {
            pair: Err(error),
            readings: Readings::default(),
        }
    }

    /// Width and height at which it is scored; none where there are no pixels.
    pub fn size(&self) -> Option<(u32, u32)> {
        let (distorted, _) = self.pair.as_ref().ok()?;
        Some((distorted.picture.width, distorted.picture.height))
    }
}

/// A picture that is being decoded. Once this is dropped, decoding does not begin any more.
pub(super) struct Pending {
    arrives: Receiver<Decoded>,
    arrived: Option<Decoded>,
    _wanted: Arc<()>,
}

impl Pending {
    /// One that failed before it was read.
    pub fn failed(error: InspectError) -> Self {
        Self {
            arrives: crossbeam_channel::never(),
            arrived: Some(Decoded::failed(error)),
            _wanted: Arc::new(()),
        }
    }

    /// Waits until it is decoded.
    pub fn wait(self) -> Decoded {
        let arrived = self.arrived.or_else(|| self.arrives.recv().ok());
        arrived.unwrap_or_else(|| Decoded::failed(InspectError::DecoderGone))
    }

    /// What was decoded, if that is done.
    pub fn poll(&mut self) -> Option<&Decoded> {
        if self.arrived.is_none() {
            self.arrived = match self.arrives.try_recv() {
                Ok(decoded) => Some(decoded),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Disconnected) => Some(Decoded::failed(InspectError::DecoderGone)),
            };
        }
        self.arrived.as_ref()
    }

    /// Where it arrives, to be waited for among other things.
    pub fn arrives(&self) -> &Receiver<Decoded> {
        &self.arrives
    }
}

type Work = (Order, Weak<()>, Sender<Decoded>);

/// The decoding threads. They end by themselves once this is dropped.
pub(super) struct Decoders {
    urgent: Sender<Work>,
    ahead: Sender<Work>,
    shared: Arc<Shared>,
}

/// What the threads share.
struct Shared {
    limits: Limits,
    metrics: Vec<Metric>,
    cache: DecodeCache,
    reference: Mutex<Option<Kept>>,
}

/// The last reference at its scored size: it is mostly that of many pictures.
struct Kept {
    source: Source,
    stamp: Option<Stamp>,
    size: SizePolicy,
    prepared: Arc<Prepared>,
}

impl Decoders {
    /// Starts the threads. Pairs are measured by `metrics`, pictures without a reference by those that
    /// need none; these pictures are looked for in `cache` first.
    pub fn new(threads: usize, limits: Limits, metrics: &[Metric], cache: DecodeCache) -> Self {
        let shared = Arc::new(Shared {
            limits,
            metrics: metrics.to_vec(),
            cache,
            reference: Mutex::new(None),
        });
        let (urgent, first) = unbounded::<Work>();
        let (ahead, then) = unbounded::<Work>();
        for _ in 0..threads {
            let (first, then, shared) = (first.clone(), then.clone(), Arc::clone(&shared));
            std::thread::spawn(move || {
                while let Some((order, _, done)) = next(&first, &then) {
                    // The receiver is gone when the picture is not wanted any more.
                    let _ = done.send(shared.decode(&order));
                }
            });
        }
        Self {
            urgent,
            ahead,
            shared,
        }
    }

    /// Begins to decode, before all that is not urgent if this is.
    pub fn begin(&self, order: Order, urgent: bool) -> Pending {
        let (done, arrives) = bounded(1);
        let wanted = Arc::new(());
        let queue = if urgent { &self.urgent } else { &self.ahead };
        // If no thread is left, `done` is dropped and the receiver says so.
        let _ = queue.send((order, Arc::downgrade(&wanted), done));
        Pending {
            arrives,
            arrived: None,
            _wanted: wanted,
        }
    }

    /// Reads a picture and its reference at full resolution, on a thread of its own: they may be
    /// large, and others are decoded meanwhile.
    pub fn read_whole(
        &self,
        picture: Source,
        reference: Option<Source>,
    ) -> Receiver<Result<(Picture, Option<Picture>), InspectError>> {
        let (done, arrives) = bounded(1);
        let shared = Arc::clone(&self.shared);
        std::thread::spawn(move || {
            let read = guard(|| {
                let limits = &shared.limits;
                let reference = reference.map(|source| source.read(limits)).transpose()?;
                Ok((picture.read(limits)?, reference))
            });
            // The receiver is gone when they are not wanted any more.
            let _ = done.send(read.unwrap_or_else(|panic| Err(InspectError::Decoder(panic))));
        });
        arrives
    }
}

/// The next order that is still wanted; `None` once no more can come.
fn next(urgent: &Receiver<Work>, ahead: &Receiver<Work>) -> Option<Work> {
    loop {
        let work = select_biased! {
            recv(urgent) -> work => work.ok()?,
            recv(ahead) -> work => work.ok()?,
        };
        if work.1.strong_count() > 0 {
            return Some(work);
        }
    }
}

impl Shared {
    fn decode(&self, order: &Order) -> Decoded {
        let mut readings = Readings::default();
        // Decoders, the resampling and the metrics of others: one picture must not end the rest.
        let pair = guard(|| self.pair(order, &mut readings));
        Decoded {
            pair: pair.unwrap_or_else(|panic| Err(InspectError::Decoder(panic))),
            readings,
        }
    }

    /// Reads a picture and its reference, measures them, and brings what the network wants to the
    /// scored size.
    fn pair(&self, order: &Order, readings: &mut Readings) -> Result<Pair, InspectError> {
        let Order {
            picture,
            reference,
            task,
            size,
        } = order;
        let Some(source) = reference else {
            if self.metrics.iter().any(|metric| !metric.needs_reference()) {
                // Read apart from what is scored, which may be decoded smaller: a score is the same
                // whatever is measured beside it.
                let (whole, _room) = picture.read_held(&self.limits, None)?;
                *readings = self.measured(&whole.picture, None);
            }
            if let Some(prepared) = self.cache.take(picture, *size) {
                return Ok((prepared, None));
            }
            let (picture, _room) = picture.read_held(&self.limits, Some(*size))?;
            return Ok((prepare(picture, *size)?, None));
        };
        if let Some(reference) = self.kept(source, *size) {
            let (picture, _room) = picture.read_held(&self.limits, None)?;
            return Ok((prepare(picture, *size)?, Some(reference)));
        }
        let stamp = source.stamp();
        // Both whole, whatever the formats: what decoding alone does to one of them would be
        // compared too.
        let ([reference, picture], _room) = read_both(source, picture, &self.limits)?;
        if !self.metrics.is_empty() {
            *readings = self.measured(&picture, Some(&reference));
        }
        let picture = prepare(picture, *size)?;
        if *task == Task::NoReference {
            return Ok((picture, None));
        }
        let prepared = Arc::new(prepare_unmeasured(reference, *size)?);
        *self.last_reference() = Some(Kept {
            source: source.clone(),
            stamp,
            size: *size,
            prepared: Arc::clone(&prepared),
        });
        Ok((picture, Some(prepared)))
    }

    fn measured(&self, picture: &Picture, reference: Option<&Picture>) -> Readings {
        let pixels = u64::from(picture.width) * u64::from(picture.height);
        let _permit = MEASURING.take(pixels.min(MEASURED_AT_ONCE));
        Readings::of(&self.metrics, picture, reference)
    }

    /// The last reference, if it is this one and there is nothing to measure it for.
    fn kept(&self, source: &Source, size: SizePolicy) -> Option<Arc<Prepared>> {
        if !self.metrics.is_empty() {
            return None;
        }
        // Its file may change while the window is open.
        let stamp = source.stamp();
        let kept = self.last_reference();
        let kept = kept.as_ref()?;
        let same = kept.source == *source && kept.stamp == stamp && kept.size == size;
        same.then(|| Arc::clone(&kept.prepared))
    }

    fn last_reference(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.reference
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: SizePolicy = SizePolicy::at_most(Some(64));

    fn order(name: &str, reference: Option<&str>) -> Order {
        let source = |name: &str| Source::File(crate::sample(name));
        Order {
            picture: source(name),
            reference: reference.map(source),
            task: Task::with(&reference),
            size: SMALL,
        }
    }

    #[test]
    fn a_reference_is_decoded_once_and_again_when_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reference.jpg");
        std::fs::copy(crate::sample("coffee"), &path).unwrap();
        let decoders = Decoders::new(1, Limits::default(), &[], DecodeCache::default());
        let decode = || {
            let order = Order {
                reference: Some(Source::File(path.clone())),
                task: Task::FullReference,
                ..order("coffee-noisy", None)
            };
            let (_, reference) = decoders.begin(order, false).wait().pair.unwrap();
            reference.unwrap()
        };
        let first = decode();
        assert!(Arc::ptr_eq(&first, &decode()));
        std::fs::copy(crate::sample("coffee-blurred"), &path).unwrap();
        let changed = decode();
        assert_ne!(first.picture, changed.picture);
    }

    #[test]
    fn what_is_urgent_is_decoded_first_and_what_nobody_wants_never() {
        let mut decoders = Decoders::new(0, Limits::default(), &[], DecodeCache::default());
        let (urgent, first) = unbounded();
        let (ahead, then) = unbounded();
        (decoders.urgent, decoders.ahead) = (urgent, ahead);
        let mut later = decoders.begin(order("coffee", None), false);
        drop(decoders.begin(order("chelsea", None), false));
        let sooner = decoders.begin(order("astronaut", None), true);
        let next = || {
            let (order, _, _) = next(&first, &then)?;
            Some(order.picture)
        };
        let source = |name: &str| Some(Source::File(crate::sample(name)));
        assert!(later.poll().is_none());
        assert_eq!([next(), next()], [source("astronaut"), source("coffee")]);
        drop(decoders);
        assert_eq!(next(), None);
        // Nobody decoded them.
        assert!(matches!(sooner.wait().pair, Err(InspectError::DecoderGone)));
        let later = later.poll().unwrap();
        assert!(matches!(later.pair, Err(InspectError::DecoderGone)));
    }
}
