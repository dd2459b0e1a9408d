//! Values in the text of an XMP: read, or changed and not one other byte of it.
//!
//! XMP is RDF in XML (XMP specification part 1, 7): `rdf:RDF` holds one or more `rdf:Description`,
//! whose attributes and child elements are the properties. Rather than parsing and writing it anew,
//! which loses what we do not know, [`with_values`] finds the places of the values in the text
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

/// A namespace, and the prefixes that it can be given where it has none.
#[derive(Debug, PartialEq, Eq)]
pub struct Space {
    uri: &'static str,
    prefixes: &'static [&'static str],
}

const XMP: Space = Space {
    uri: "http://ns.adobe.com/xap/1.0/",
    prefixes: &["xmp", "xap"],
};
const DIGIKAM: Space = Space {
    uri: "http://www.digikam.org/ns/1.0/",
    prefixes: &["digiKam", "digikam"],
};

/// The name of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    space: &'static Space,
    local: &'static str,
}

/// -1 (rejected), 0 (none) to 5 stars.
pub const RATING: Name = Name {
    space: &XMP,
    local: "Rating",
};
/// A colour, or other words.
pub const LABEL: Name = Name {
    space: &XMP,
    local: "Label",
};
/// Whether a picture is accepted or rejected.
pub const PICK: Name = Name {
    space: &DIGIKAM,
    local: "PickLabel",
};

const UNUSUAL: &str = "its rating or label is written in an unusual way";

/// A property that is to have a value.
pub struct Value {
    pub name: Name,
    pub text: String,
    /// Whether it is added where it is not there.
    pub added: bool,
}

/// The text with these values in the places of those that it has, and added where it has none and
/// they are to be.
pub fn with_values(text: &str, values: &[Value]) -> Result<String, Refusal> {
    let names: Vec<Name> = values.iter().map(|value| value.name).collect();
    let Sheet { place, found } = Sheet::read(text, &names)?;
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let (mut declared, mut added) = (String::new(), String::new());
    for Value {
        name,
        text,
        added: may_add,
    } in values
    {
        let value = escaped(text);
        let mut there = found.iter().filter(|found| found.name == *name).peekable();
        if there.peek().is_none() && *may_add {
            let (prefix, declare) = place.prefix(name.space)?;
            let declaration = format!(" xmlns:{prefix}=\"{}\"", name.space.uri);
            if declare && !declared.contains(&declaration) {
                declared.push_str(&declaration);
            }
            added.push_str(&format!(" {prefix}:{}=\"{value}\"", name.local));
        }
        edits.extend(there.map(|found| {
            let (start, end) = &found.around;
            (found.range.clone(), format!("{start}{value}{end}"))
        }));
    }
    if !added.is_empty() {
        edits.push((place.at..place.at, format!("{declared}{added}")));
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut edited = text.to_owned();
    for (range, with) in edits.into_iter().rev() {
        edited.replace_range(range, &with);
    }
    // What was meant must be what is there now.
    let check = Sheet::read(&edited, &names)?;
    let holds = |value: &Value| {
        let found = check.found.iter().filter(|found| found.name == value.name);
        let mut found = found.peekable();
        let expected = escaped(&value.text);
        (found.peek().is_some() || !value.added)
            && found.all(|f| edited.get(f.range.clone()) == Some(&expected))
    };
    if values.iter().all(holds) {
        Ok(edited)
    } else {
        Err(UNUSUAL)
    }
}

/// The values of these properties, where it has them.
pub fn values<const N: usize>(
    text: &str,
    names: [Name; N],
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

/// What matters of an XMP.
#[derive(Debug)]
struct Sheet<'a> {
    place: Place<'a>,
    found: Vec<Found>,
}

/// Where an attribute can be added: behind the name of the first description.
#[derive(Debug)]
struct Place<'a> {
    at: usize,
    /// Prefixes and what they stand for there, the innermost first.
    declared: Vec<(&'a str, &'a str)>,
}

/// A property that is there.
#[derive(Debug)]
struct Found {
    name: Name,
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
    role: Role,
}

enum Role {
    Rdf,
    Description,
    /// A property that is looked for; its value starts there.
    Property(Name, usize),
    Other,
}

impl<'a> Sheet<'a> {
    fn read(text: &'a str, names: &[Name]) -> Result<Self, Refusal> {
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
                let named_so = named(&open, tag.name);
                let property = wanted(names, named_so).filter(|_| in_description);
                let role = match named_so {
                    (Some(RDF), "RDF") => Role::Rdf,
                    (Some(RDF), "Description") if in_rdf => {
                        for attribute in &tag.attributes {
                            // An attribute without a prefix is in no namespace.
                            let named = named(&open, attribute.name);
                            if attribute.name.contains(':')
                                && let Some(name) = wanted(names, named)
                            {
                                let (range, around) = (attribute.value.clone(), Default::default());
                                found.push(Found {
                                    name,
                                    range,
                                    around,
                                });
                            }
                        }
                        if place.is_none() {
                            let all = open.iter().rev().flat_map(|open| &open.declared);
                            place = Some(Place {
                                at: tag.start + 1 + tag.name.len(),
                                declared: all.copied().collect(),
                            });
                        }
                        Role::Description
                    }
                    _ => match property {
                        Some(_) if !tag.attributes.is_empty() => return Err(UNUSUAL),
                        Some(name) => {
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
                        None => Role::Other,
                    },
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

impl Place<'_> {
    /// A prefix for a namespace there, and whether it has to be declared.
    fn prefix(&self, space: &'static Space) -> Result<(&str, bool), Refusal> {
        let stands_for = |prefix: &str| {
            let mut declared = self.declared.iter();
            declared
                .find(|(known, _)| *known == prefix)
                .map(|(_, uri)| *uri)
        };
        let is = |(prefix, uri): &&(&str, &str)| {
            !prefix.is_empty() && *uri == space.uri && stands_for(prefix) == Some(space.uri)
        };
        if let Some((prefix, _)) = self.declared.iter().find(is) {
            return Ok((*prefix, false));
        }
        let mut free = space.prefixes.iter();
        let free = free.find(|prefix| stands_for(prefix).is_none());
        free.map(|prefix| (*prefix, true)).ok_or(UNUSUAL)
    }
}

/// Which of the wanted properties a name is.
fn wanted(names: &[Name], (space, local): (Option<&str>, &str)) -> Option<Name> {
    let is = |name: &&Name| Some(name.space.uri) == space && name.local == local;
    names.iter().find(is).copied()
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

    fn with(text: &str, values: &[(Name, &str)]) -> Result<String, Refusal> {
        let value = |(name, text): &(Name, &str)| Value {
            name: *name,
            text: (*text).to_owned(),
            added: true,
        };
        let values: Vec<Value> = values.iter().map(value).collect();
        with_values(text, &values)
    }

    fn rated(text: &str) -> Result<String, Refusal> {
        with(text, &[(RATING, "5")])
    }

    #[test]
    fn values_are_read_as_attributes_and_as_elements() {
        let read = |text| values(text, [RATING, LABEL]).unwrap();
        assert_eq!(read(ADOBE), [Some("2".into()), None]);
        assert_eq!(read(ELEMENTS), [Some("3".into()), None]);
        let edited = with(EMPTY, &[(LABEL, "R&B <\"'>")]).unwrap();
        assert_eq!(read(&edited), [None, Some("R&B <\"'>".into())]);
        assert!(values("no XMP", [RATING]).is_err());
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
        let edited = with(ELEMENTS, &[(RATING, "5"), (LABEL, "R&B")]);
        assert_eq!(edited, Ok(expected));
    }

    #[test]
    fn what_is_not_there_is_added_to_the_first_description() {
        let edited = with(ADOBE, &[(LABEL, "Red"), (RATING, "0")]).unwrap();
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
    fn a_namespace_is_declared_once_and_what_is_not_to_be_added_is_only_replaced() {
        let edited = with(EMPTY, &[(PICK, "3"), (RATING, "1")]).unwrap();
        let added = "<rdf:Description xmlns:digiKam=\"http://www.digikam.org/ns/1.0/\" \
                     digiKam:PickLabel=\"3\" xmp:Rating=\"1\" rdf";
        assert!(edited.contains(added), "{edited}");
        let taken_back = |text: &str| {
            let none = Value {
                name: PICK,
                text: "0".into(),
                added: false,
            };
            with_values(text, &[none]).unwrap()
        };
        assert_eq!(taken_back(EMPTY), EMPTY);
        assert!(taken_back(&edited).contains("digiKam:PickLabel=\"0\""));
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
        let edited = with(EMPTY, &[(LABEL, "a\u{0}b\n'c'")]).unwrap();
        assert!(
            edited.contains("xmp:Label=\"a b &apos;c&apos;\""),
            "{edited}"
        );
    }
}
