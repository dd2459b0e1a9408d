//! Values in the text of an XMP: read, or changed and not one other byte of it.
//!
//! XMP is RDF in XML (XMP specification part 1, 7): `rdf:RDF` holds one or more `rdf:Description`,
//! whose attributes and child elements are the properties. Rather than parsing and writing it anew,
//! which loses what we do not know, [`with_properties`] finds the places of the values in the text
//! and replaces just those. Whatever is not plainly so is refused.

use super::xml::{BROKEN, Refusal, Tag, skipped};
use std::ops::Range;

/// A sidecar that says nothing yet.
pub const EMPTY: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="bpclip">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"/>
 </rdf:RDF>
</x:xmpmeta>
"#;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";

const UNUSUAL: &str = "its rating or label is written in an unusual way";

/// The text with these properties of the XMP namespace (name without prefix, value) replaced where
/// it has them, and added where not.
pub fn with_properties(text: &str, properties: &[(&str, &str)]) -> Result<String, Refusal> {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let Sheet { place, found } = Sheet::read(text, &names)?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut added = String::new();
    for (name, value) in properties {
        let value = escaped(value);
        let before = edits.len();
        for found in found.iter().filter(|found| found.name == *name) {
            let (start, end) = &found.around;
            edits.push((found.range.clone(), format!("{start}{value}{end}")));
        }
        if edits.len() == before {
            let prefix = &place.prefix;
            added.push_str(&format!(" {prefix}:{name}=\"{value}\""));
        }
    }
    if !added.is_empty() {
        let declared = place
            .declare
            .then(|| format!(" xmlns:{}=\"{XMP}\"", place.prefix));
        let declared = declared.unwrap_or_default();
        edits.push((place.at..place.at, format!("{declared}{added}")));
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut edited = text.to_owned();
    for (range, with) in edits.into_iter().rev() {
        edited.replace_range(range, &with);
    }
    // What was meant must be what is there now.
    let check = Sheet::read(&edited, &names)?;
    let holds = |(name, value): &(&str, &str)| {
        let mut found = check
            .found
            .iter()
            .filter(|found| found.name == *name)
            .peekable();
        let expected = escaped(value);
        found.peek().is_some() && found.all(|f| edited.get(f.range.clone()) == Some(&expected))
    };
    if properties.iter().all(holds) {
        Ok(edited)
    } else {
        Err(UNUSUAL)
    }
}

/// The values of these properties of the XMP namespace (names without prefix), where it has them.
pub fn values<const N: usize>(
    text: &str,
    names: [&str; N],
) -> Result<[Option<String>; N], Refusal> {
    let sheet = Sheet::read(text, &names)?;
    Ok(names.map(|name| {
        let found = sheet.found.iter().find(|found| found.name == name)?;
        // An empty element has no value, only a place for one.
        let plain = found.around.0.is_empty();
        plain.then(|| text.get(found.range.clone()).map(unescaped))?
    }))
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        // The last, for what it leaves is no escape any more.
        ("&amp;", "&"),
    ] {
        text = text.replace(escaped, plain);
    }
    text
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // Not allowed in XML at all, or turned into blanks by readers.
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// What matters of a sidecar.
#[derive(Debug)]
struct Sheet<'a> {
    place: Place,
    found: Vec<Found<'a>>,
}

/// Where an attribute can be added: behind the name of the first description.
#[derive(Debug)]
struct Place {
    at: usize,
    /// A prefix for the XMP namespace there.
    prefix: String,
    /// Whether it has to be declared.
    declare: bool,
}

/// A property that is there.
#[derive(Debug)]
struct Found<'a> {
    name: &'a str,
    /// Its value, as written.
    range: Range<usize>,
    /// What must stand around a new value.
    around: (String, String),
}

/// An element whose end has not come yet.
struct Open<'a> {
    name: &'a str,
    /// Prefixes declared on it, and what they stand for.
    declared: Vec<(&'a str, &'a str)>,
    role: Role<'a>,
}

enum Role<'a> {
    Rdf,
    Description,
    /// A property that is looked for; its value starts there.
    Property(&'a str, usize),
    Other,
}

impl<'a> Sheet<'a> {
    fn read(text: &'a str, names: &[&'a str]) -> Result<Self, Refusal> {
        let mut open: Vec<Open> = Vec::new();
        let mut place = None;
        let mut found = Vec::new();
        let mut roots = 0;
        let mut at = 0;
        loop {
            let rest = text.get(at..).ok_or(BROKEN)?;
            let Some(next) = rest.find('<') else {
                let blank = rest.chars().all(char::is_whitespace);
                return match place {
                    Some(place) if blank && open.is_empty() && roots == 1 => {
                        Ok(Self { place, found })
                    }
                    Some(_) => Err(BROKEN),
                    None => Err("it has no description to add a rating to"),
                };
            };
            let before = rest.get(..next).unwrap_or_default();
            let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
            if open.is_empty() && !before.chars().all(blank) {
                return Err(BROKEN);
            }
            let start = at + next;
            let markup = text.get(start..).ok_or(BROKEN)?;
            let inside_property = matches!(
                open.last(),
                Some(Open {
                    role: Role::Property(..),
                    ..
                })
            );
            if let Some(length) = skipped(markup)? {
                if inside_property {
                    return Err(UNUSUAL);
                }
                at = start + length;
            } else if let Some(end) = markup.strip_prefix("</") {
                let (name, _) = end.split_once('>').ok_or(BROKEN)?;
                let closed = open
                    .pop()
                    .filter(|open| open.name == name.trim_end())
                    .ok_or(BROKEN)?;
                if let Role::Property(name, value) = closed.role {
                    let (range, around) = (value..start, Default::default());
                    found.push(Found {
                        name,
                        range,
                        around,
                    });
                }
                at = start + "</".len() + name.len() + ">".len();
            } else {
                if inside_property {
                    return Err(UNUSUAL);
                }
                let tag = Tag::read(text, start)?;
                at = tag.end;
                roots += usize::from(open.is_empty());
                let parent = open.last().map(|open| &open.role);
                let in_rdf = matches!(parent, Some(Role::Rdf));
                let in_description = matches!(parent, Some(Role::Description));
                open.push(Open {
                    name: tag.name,
                    declared: tag.declared(text),
                    role: Role::Other,
                });
                let role = match named(&open, tag.name) {
                    (Some(RDF), "RDF") => Role::Rdf,
                    (Some(RDF), "Description") if in_rdf => {
                        for attribute in &tag.attributes {
                            // An attribute without a prefix is in no namespace.
                            let (Some(XMP), name) = named(&open, attribute.name) else {
                                continue;
                            };
                            if attribute.name.contains(':') && names.contains(&name) {
                                let (range, around) = (attribute.value.clone(), Default::default());
                                found.push(Found {
                                    name,
                                    range,
                                    around,
                                });
                            }
                        }
                        if place.is_none() {
                            place = Some(Place::new(&open, tag.start + 1 + tag.name.len())?);
                        }
                        Role::Description
                    }
                    (Some(XMP), name) if in_description && names.contains(&name) => {
                        if !tag.attributes.is_empty() {
                            return Err(UNUSUAL);
                        }
                        if tag.empty {
                            // From `<a/>` to `<a>value</a>`.
                            let around = (">".to_owned(), format!("</{}>", tag.name));
                            found.push(Found {
                                name,
                                range: tag.end - 2..tag.end,
                                around,
                            });
                        }
                        Role::Property(name, tag.end)
                    }
                    _ => Role::Other,
                };
                if tag.empty {
                    open.pop();
                } else if let Some(last) = open.last_mut() {
                    last.role = role;
                }
            }
        }
    }
}

impl Place {
    fn new(open: &[Open], at: usize) -> Result<Self, Refusal> {
        let declared = open.iter().rev().flat_map(|open| &open.declared);
        let prefix = declared
            .filter(|(prefix, _)| !prefix.is_empty())
            .find(|(prefix, uri)| *uri == XMP && resolved(open, prefix) == Some(XMP));
        let (prefix, declare) = match prefix {
            Some((prefix, _)) => (*prefix, false),
            None => {
                let free = |prefix: &&&str| resolved(open, prefix).is_none();
                (*["xmp", "xap"].iter().find(free).ok_or(UNUSUAL)?, true)
            }
        };
        let prefix = prefix.to_owned();
        Ok(Self {
            at,
            prefix,
            declare,
        })
    }
}

/// The namespace and the local part of a name.
fn named<'a, 'b>(open: &[Open<'a>], name: &'b str) -> (Option<&'a str>, &'b str) {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    (resolved(open, prefix), local)
}

/// What a prefix stands for in the innermost element.
fn resolved<'a>(open: &[Open<'a>], prefix: &str) -> Option<&'a str> {
    let mut declared = open.iter().rev().flat_map(|open| &open.declared);
    declared
        .find(|(known, _)| *known == prefix)
        .map(|(_, uri)| *uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Adobe's programs write it: properties as attributes, structures as elements.
    const ADOBE: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
   xmp:CreatorTool="a > b"
   xmp:Rating="2"
   crs:Rating="7">
   <!-- xmp:Rating="9" <xmp:Rating>9</xmp:Rating> -->
   <crs:Look>
    <rdf:Description crs:Name="x" xmp:Rating="8"/>
   </crs:Look>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>   
"#;

    /// As ExifTool writes it: a description a namespace, properties as elements.
    const ELEMENTS: &str = "\u{feff}<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
 <rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/'>
  <dc:subject><rdf:Bag><rdf:li>sea &amp; sky</rdf:li></rdf:Bag></dc:subject>
 </rdf:Description>
 <rdf:Description rdf:about='' xmlns:xap='http://ns.adobe.com/xap/1.0/'>
  <xap:Rating>3</xap:Rating >
  <xap:Label/>
 </rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end='w'?>";

    fn rated(text: &str) -> Result<String, Refusal> {
        with_properties(text, &[("Rating", "5")])
    }

    #[test]
    fn values_are_read_as_attributes_and_as_elements() {
        let read = |text| values(text, ["Rating", "Label"]).unwrap();
        assert_eq!(read(ADOBE), [Some("2".into()), None]);
        assert_eq!(read(ELEMENTS), [Some("3".into()), None]);
        let edited = with_properties(EMPTY, &[("Label", "R&B <\"'>")]).unwrap();
        assert_eq!(read(&edited), [None, Some("R&B <\"'>".into())]);
        assert!(values("no XMP", ["Rating"]).is_err());
    }

    #[test]
    fn an_attribute_is_replaced_and_nothing_else() {
        let expected = ADOBE.replace(r#"xmp:Rating="2""#, r#"xmp:Rating="5""#);
        assert_eq!(rated(ADOBE), Ok(expected));
    }

    #[test]
    fn an_element_is_replaced_and_nothing_else() {
        let expected = ELEMENTS
            .replace(">3</xap:Rating >", ">5</xap:Rating >")
            .replace("<xap:Label/>", "<xap:Label>R&amp;B</xap:Label>");
        let edited = with_properties(ELEMENTS, &[("Rating", "5"), ("Label", "R&B")]);
        assert_eq!(edited, Ok(expected));
    }

    #[test]
    fn what_is_not_there_is_added_to_the_first_description() {
        let edited = with_properties(ADOBE, &[("Label", "Red"), ("Rating", "0")]).unwrap();
        let expected = ADOBE
            .replace(
                "<rdf:Description rdf:about",
                "<rdf:Description xmp:Label=\"Red\" rdf:about",
            )
            .replace(r#"xmp:Rating="2""#, r#"xmp:Rating="0""#);
        assert_eq!(edited, expected);

        let darktable = ADOBE
            .replace("xmp:", "dt:")
            .replace("xmlns:xmp", "xmlns:dt")
            .replace("xap/1.0", "other");
        let edited = rated(&darktable).unwrap();
        let added =
            "<rdf:Description xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmp:Rating=\"5\" rdf";
        assert_eq!(edited, darktable.replace("<rdf:Description rdf", added));
        // And once more finds it.
        assert_eq!(rated(&edited), Ok(edited));
    }

    #[test]
    fn a_prefix_that_is_taken_is_not_used() {
        let taken = EMPTY.replace("http://ns.adobe.com/xap/1.0/", "urn:other");
        let edited = rated(&taken).unwrap();
        assert!(edited.contains("xap:Rating=\"5\""), "{edited}");
        assert!(edited.contains("xmlns:xmp=\"urn:other\""), "{edited}");
        let own = EMPTY.replace("xmlns:xmp", "xmlns:basic");
        assert!(rated(&own).unwrap().contains("basic:Rating=\"5\""));
    }

    #[test]
    fn what_is_not_plain_is_refused() {
        let element = |inside: &str| ELEMENTS.replace("<xap:Rating>3</xap:Rating >", inside);
        for text in [
            element("<xap:Rating><!-- three -->3</xap:Rating>"),
            element("<xap:Rating><rdf:Bag/></xap:Rating>"),
            element("<xap:Rating rdf:datatype='int'>3</xap:Rating>"),
            element("<xap:Rating>3</xap:Label>"),
            element("<xap:Rating>3"),
            element("<a b=c/>"),
            element("<a b='<'/>"),
            element("<a b='1'c='2'/>"),
            element("<a b='1' b='2'/>"),
            element("< a/>"),
            format!("<!DOCTYPE a>{EMPTY}"),
            format!("{EMPTY}more"),
            format!("{EMPTY}<more/>"),
            format!("more{EMPTY}"),
            EMPTY.replace("rdf:Description", "rdf:Other"),
            EMPTY.replace("22-rdf-syntax-ns", "23"),
            "<a/>".into(),
            String::new(),
        ] {
            assert!(rated(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn cut_short_anywhere_it_is_refused() {
        for whole in [ADOBE, ELEMENTS, EMPTY] {
            // All but the root's end and what may follow it.
            let end = whole.rfind("</x:xmpmeta>").unwrap() + "</x:xmpmeta".len();
            for (cut, _) in whole.char_indices().take_while(|(at, _)| *at <= end) {
                assert!(rated(&whole[..cut]).is_err(), "{cut}");
            }
        }
    }

    #[test]
    fn what_xml_cannot_hold_does_not_get_in() {
        let edited = with_properties(EMPTY, &[("Label", "a\u{0}b\n'c'")]).unwrap();
        assert!(
            edited.contains("xmp:Label=\"a b &apos;c&apos;\""),
            "{edited}"
        );
    }
}
