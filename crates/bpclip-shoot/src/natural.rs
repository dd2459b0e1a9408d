//! Names as people order them.

use std::cmp::Ordering;

/// Names as people order them: without regard to case, and `img2` before `img10`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (m, n) = (digits(left), digits(right));
        let order = if m > 0 && n > 0 {
            let (number, other) = (
                left[..m].trim_start_matches('0'),
                right[..n].trim_start_matches('0'),
            );
            (left, right) = (&left[m..], &right[n..]);
            number.len().cmp(&other.len()).then(number.cmp(other))
        } else {
            let (mut these, mut those) = (left.chars(), right.chars());
            match (these.next(), those.next()) {
                // Names that differ in nothing but case or leading zeros still have one order.
                (None, None) => return a.cmp(b),
                (Some(this), Some(that)) => {
                    (left, right) = (these.as_str(), those.as_str());
                    this.to_lowercase().cmp(that.to_lowercase())
                }
                (this, that) => return this.is_some().cmp(&that.is_some()),
            }
        };
        if order.is_ne() {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_people_order_them() {
        let mut names = vec![
            "img10.jpg",
            "IMG2.jpg",
            "img2.jpg",
            "img.jpg",
            "ïmg1.jpg",
            "img02.jpg",
            "img1b.jpg",
            "img1.jpg",
            "99999999999999999999999",
            "3",
        ];
        names.sort_by(|a, b| natural(a, b));
        let expected = [
            "3",
            "99999999999999999999999",
            "img.jpg",
            "img1.jpg",
            "img1b.jpg",
            "IMG2.jpg",
            "img02.jpg",
            "img2.jpg",
            "img10.jpg",
            "ïmg1.jpg",
        ];
        assert_eq!(names, expected);
        assert_eq!(natural("a", "a"), Ordering::Equal);
        assert_eq!(natural("a", "a1"), Ordering::Less);
    }
}
