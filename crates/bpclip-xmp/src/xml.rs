//! As much of XML as finding places in a text takes: tags, and what is none.

use std::ops::Range;

/// Why a text is left alone.
pub type Refusal = &'static str;

/// It is not what it should be.
pub const BROKEN: Refusal = "it is damaged or no XMP";

/// The length of a comment, a CDATA section or a processing instruction.
pub fn skipped(markup: &str) -> Result<Option<usize>, Refusal> {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if let Some(rest) = markup.strip_prefix(start) {
            let inside = rest.find(end).ok_or(BROKEN)?;
            return Ok(Some(start.len() + inside + end.len()));
        }
    }
    // A document type may define entities, and with them anything.
    if markup.starts_with("<!") {
        Err(BROKEN)
    } else {
        Ok(None)
    }
}

/// A start tag.
pub struct Tag<'a> {
    pub name: &'a str,
    pub attributes: Vec<Attribute<'a>>,
    /// Whether it ends its element too: `<a/>`.
    pub empty: bool,
    pub start: usize,
    /// Behind its `>`.
    pub end: usize,
}

pub struct Attribute<'a> {
    pub name: &'a str,
    /// Between the quotes.
    pub value: Range<usize>,
}

impl<'a> Tag<'a> {
    /// Reads the tag whose `<` is at `start`.
    pub fn read(text: &'a str, start: usize) -> Result<Self, Refusal> {
        let after = |at: usize| text.get(at..).ok_or(BROKEN);
        let word = |at: usize| {
            let rest = after(at)?;
            let ends =
                |c: char| c.is_whitespace() || matches!(c, '=' | '/' | '>' | '<' | '"' | '\'');
            let word = rest.split(ends).next().unwrap_or_default();
            if word.is_empty() {
                Err(BROKEN)
            } else {
                Ok(word)
            }
        };
        let blanks = |at: usize| after(at).map(|rest| at + rest.len() - rest.trim_start().len());
        let name = word(start + 1)?;
        let mut attributes: Vec<Attribute> = Vec::new();
        let mut at = start + 1 + name.len();
        loop {
            let next = blanks(at)?;
            let empty = after(next)?.starts_with("/>");
            if empty || after(next)?.starts_with('>') {
                let end = next + if empty { 2 } else { 1 };
                return Ok(Self {
                    name,
                    attributes,
                    empty,
                    start,
                    end,
                });
            }
            if next == at {
                return Err(BROKEN);
            }
            let name = word(next)?;
            let equals = blanks(next + name.len())?;
            let quote =
                blanks(equals + after(equals)?.strip_prefix('=').map(|_| 1).ok_or(BROKEN)?)?;
            let value = match after(quote)?.split_at_checked(1) {
                Some((mark @ ("\"" | "'"), rest)) => rest.split_once(mark).ok_or(BROKEN)?.0,
                _ => return Err(BROKEN),
            };
            if value.contains('<') || attributes.iter().any(|known| known.name == name) {
                return Err(BROKEN);
            }
            let value = quote + 1..quote + 1 + value.len();
            at = value.end + 1;
            attributes.push(Attribute { name, value });
        }
    }

    /// The namespaces that it declares; the default one has an empty prefix.
    pub fn declared(&self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        let declaration = |attribute: &Attribute<'a>| {
            let prefix = match attribute.name {
                "xmlns" => "",
                name => name.strip_prefix("xmlns:")?,
            };
            Some((prefix, text.get(attribute.value.clone())?))
        };
        self.attributes.iter().filter_map(declaration).collect()
    }
}
