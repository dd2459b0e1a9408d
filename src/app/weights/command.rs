/// What the user wants of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// To see what is there.
    Look,
    /// To be told what a fetch would be; `None` to think no more of it.
    Ask(Option<&'static str>),
    /// To fetch, having been told.
    Fetch(&'static str),
    /// To fetch no further.
    Stop,
}
