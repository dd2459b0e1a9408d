//! The engine on the CPU, and on a device that is lost.

use super::*;
use crate::image::Limits;
use crate::inspect::worker::message::{Request, RequestId, ScoreRequest};
use crate::inspect::{DecodeCache, Source};
use crossbeam_channel::{Receiver, Sender, unbounded};

const SMALL: SizePolicy = SizePolicy::at_most(Some(64));

fn read(device: &Device) -> Result<Checkpoint, crate::checkpoint::CheckpointError> {
    Checkpoint::bundled(Task::NoReference, device)
}

/// What is told while these requests are worked off by an engine on a device.
fn told(
    device: Selected,
    make_ready: impl FnOnce(&mut Engine),
    requests: Vec<Request>,
) -> Vec<Event> {
    let (sender, incoming) = unbounded();
    let (outgoing, events) = unbounded();
    let outgoing = Events {
        sender: outgoing,
        wake: Arc::new(|| ()),
    };
    let asked = requests.iter().map(|request| match request {
        Request::Then(requests) | Request::First(requests) => requests.len(),
        _ => 0,
    });
    let open = asked.sum();
    for request in requests {
        sender.send(request).unwrap();
    }
    let listening = std::thread::spawn(move || listen(&events, open, sender));
    let mut engine = Engine::new(device, outgoing.clone());
    engine.resize(Some(SMALL));
    make_ready(&mut engine);
    // As if all before had been quick.
    engine.most = MOST;
    let cache = DecodeCache::default();
    let scheduler = Scheduler::new(incoming, outgoing, Some(SMALL), Limits::default(), cache);
    serve(scheduler, engine, None);
    listening.join().unwrap()
}

/// The events until so many requests are answered; then `sender` goes, which ends the serving.
fn listen(events: &Receiver<Event>, mut open: usize, sender: Sender<Request>) -> Vec<Event> {
    let mut told = Vec::new();
    while open > 0 {
        let event = events.recv_timeout(Duration::from_secs(300)).unwrap();
        open -= usize::from(matches!(event, Event::Done(..)));
        told.push(event);
    }
    drop(sender);
    told
}

fn ask(id: u64, name: &str, reference: bool) -> ScoreRequest {
    ScoreRequest {
        id: RequestId(id),
        source: Source::File(crate::sample(name)),
        reference: reference.then(|| Source::File(crate::sample("coffee"))),
        detailed: false,
    }
}

#[test]
fn what_goes_first_is_answered_first_and_together_they_say_the_same_as_alone() {
    let names = ["coffee", "missing", "coffee-noisy", "astronaut", "rocket"];
    let then = names.iter().zip(0..).map(|(name, id)| ask(id, name, false));
    let first = ScoreRequest {
        detailed: true,
        ..ask(9, "chelsea", false)
    };
    let requests = vec![Request::Then(then.collect()), Request::First(vec![first])];
    let told = told(device::cpu(), |_| (), requests);
    let answers: Vec<_> = told
        .into_iter()
        .filter_map(|event| match event {
            Event::Done(RequestId(id), answer) => Some((id, answer)),
            _ => None,
        })
        .collect();
    let order: Vec<u64> = answers.iter().map(|(id, _)| *id).collect();
    assert_eq!(order, [9, 0, 1, 2, 3, 4]);
    assert!(answers[0].1.as_ref().unwrap().inspection.detail.is_some());
    let cpu = device::cpu();
    let mut alone = Scorer::new(read(&cpu.device).unwrap(), cpu);
    alone.size = SMALL;
    for (name, (_, answer)) in names.iter().zip(&answers[1..]) {
        if *name == "missing" {
            assert!(answer.as_ref().unwrap_err().contains("missing.jpg"));
            continue;
        }
        let picture = Source::File(crate::sample(name));
        let picture = picture
            .read_for(&Limits::default(), SMALL.to_read())
            .unwrap();
        let right = alone.inspect(&prepare(picture, SMALL).unwrap(), None, false);
        assert_eq!(
            answer.as_ref().unwrap().inspection,
            right.unwrap(),
            "{name}"
        );
    }
}

#[test]
fn a_click_never_waits_for_many() {
    let events = Events {
        sender: unbounded().0,
        wake: Arc::new(|| ()),
    };
    let mut engine = Engine::new(device::cpu(), events);
    let quick = PATIENCE / 4;
    for most in [2, 4, 8, 16, 32, 32] {
        engine.keep_pace(engine.most, quick);
        assert_eq!(engine.most, most);
    }
    engine.keep_pace(3, quick);
    assert_eq!(engine.most, 32, "fewer were there");
    engine.keep_pace(32, PATIENCE * 2);
    assert_eq!(engine.most, 16);
    engine.keep_pace(1, PATIENCE * 2);
    assert_eq!(engine.most, 1);
}

#[cfg(feature = "gpu")]
mod lost {
    use super::*;
    use crate::device::DeviceChoice;
    use burn::tensor::DeviceKind;

    /// A device that was never there, which fails as a lost one does: by a panic at first use.
    fn lost() -> Selected {
        Selected {
            device: Device::wgpu(DeviceKind::Existing(4242)),
            id: DeviceChoice::Gpu(Some(0)),
            name: "the lost one".into(),
            why: None,
        }
    }

    fn assert_went_on(told: &[Event], pictures: u64) {
        let trouble: Vec<&String> = told
            .iter()
            .filter_map(|event| match event {
                Event::Trouble(said) => Some(said),
                _ => None,
            })
            .collect();
        assert!(
            matches!(&trouble[..], [said] if said.starts_with("the lost one failed")),
            "{trouble:?}"
        );
        let moved = |event: &Event| matches!(event, Event::Device { id, why: Some(_), .. } if *id == DeviceChoice::Cpu);
        assert!(told.iter().any(moved));
        for id in 0..pictures {
            let answers: Vec<_> = told
                .iter()
                .filter_map(|event| match event {
                    Event::Done(of, answer) if *of == RequestId(id) => {
                        Some(answer.as_ref().unwrap())
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(answers.len(), 1);
            assert!(answers[0].model.device.starts_with("CPU"));
            assert!(answers[0].inspection.scored_height == 64);
        }
    }

    #[test]
    fn a_device_lost_between_pictures_is_replaced_and_no_picture_is_lost() {
        // Its network was read while it still worked.
        let make_ready = |engine: &mut Engine| {
            let network = read(&device::cpu().device).unwrap();
            let scorer = Scorer::new(network, lost()).or_on_cpu(read, engine.trouble());
            engine.networks.push(Ready::new(None, scorer, Some(SMALL)));
        };
        let asks = ["coffee", "coffee", "coffee"].iter().zip(0..);
        let asks = asks.map(|(name, id)| ask(id, name, id == 1)).collect();
        assert_went_on(&told(lost(), make_ready, vec![Request::Then(asks)]), 3);
    }

    #[test]
    fn a_device_lost_before_a_network_is_read_onto_it_is_replaced_too() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../weights/bpclip-nr.safetensors"
        )
        .into();
        let asks = vec![ask(0, "coffee", false), ask(1, "coffee", true)];
        let requests = vec![Request::Use(file), Request::Then(asks)];
        let told = told(lost(), |_| (), requests);
        assert_went_on(&told, 2);
        let chosen = |event: &Event| matches!(event, Event::Network(model) if model.file.is_some());
        assert!(told.iter().any(chosen), "the chosen checkpoint is used");
    }
}
