//! What an uploaded file is, told from its bytes; nothing is ever unpacked.

use imagesize::{Compression, ImageType};

/// How much of a file tells its type.
const HEAD: usize = 32;

/// Pixels of the longest side of a real picture; what claims more is not believed.
const LONGEST_SIDE: i64 = 65_535;

/// What a file turns out to be.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    pub content_type: &'static str,
    /// Width and height, if the file tells.
    pub sides: Option<(i64, i64)>,
}

/// Looks into a file: the first bytes decide what it is, whatever the rest is worth.
pub fn examine(content: &[u8]) -> Option<Found> {
    // A short file is told as well; blanks, unlike zeros, complete no type's first bytes.
    let mut head = [b' '; HEAD];
    let length = content.len().min(HEAD);
    head[..length].copy_from_slice(&content[..length]);
    let kind = imagesize::image_type(&head).ok()?;
    let content_type = match kind {
        ImageType::Jpeg => "image/jpeg",
        ImageType::Gif => "image/gif",
        ImageType::Png => "image/png",
        ImageType::Tiff => "image/tiff",
        ImageType::Bmp if is_bitmap(&head) => "image/x-ms-bmp",
        ImageType::Webp => "image/webp",
        ImageType::Heif(compression) if is_still(compression, &head) => "image/heif",
        _ => return None,
    };
    let sides = match kind {
        ImageType::Jpeg => jpeg_sides(content),
        ImageType::Bmp => bitmap_sides(content),
        ImageType::Png if head[12..16] != *b"IHDR" => None,
        ImageType::Webp if head[12..16] == *b"VP8 " => lossy_webp_sides(content),
        _ => imagesize::blob_size(content).ok().and_then(|size| {
            Some((i64::try_from(size.width).ok()?, i64::try_from(size.height).ok()?))
        }),
    };
    let is_real = |side: i64| (1..=LONGEST_SIDE).contains(&side);
    let sides = sides.filter(|(width, height)| is_real(*width) && is_real(*height));
    Some(Found { content_type, sides })
}

/// Whether it is a bitmap, and no text that begins with the same two letters: the length of its header is a known one.
fn is_bitmap(head: &[u8]) -> bool {
    matches!(little(head, 14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// Whether it is a picture, and no film, which comes in the same kind of container.
fn is_still(compression: Compression, head: &[u8]) -> bool {
    compression != Compression::Unknown
        || matches!(&head[8..12], b"mif1" | b"mif2" | b"msf1" | b"miaf")
}

/// The size stands in the header of the frame, among segments that each tell their length.
fn jpeg_sides(content: &[u8]) -> Option<(i64, i64)> {
    let mut rest = content.get(2..)?;
    loop {
        // A marker may have any number of bytes before it to fill the place.
        let (0xff, filled) = rest.split_first()? else { return None };
        let at = filled.iter().position(|byte| *byte != 0xff)?;
        let (marker, segment) = filled[at..].split_first()?;
        rest = match marker {
            // These have no segment.
            0x01 | 0xd0..=0xd8 => segment,
            // From here on there are pixels, or nothing at all.
            0xd9 | 0xda => return None,
            0xc4 | 0xc8 | 0xcc => after(segment)?,
            0xc0..=0xcf => return Some((big(segment, 5)?, big(segment, 3)?)),
            _ => after(segment)?,
        };
    }
}

fn after(segment: &[u8]) -> Option<&[u8]> {
    segment.get(usize::try_from(big(segment, 0)?).ok()?..)
}

/// The oldest header has short sides; in others the rows may count from the top, which a negative height says.
fn bitmap_sides(content: &[u8]) -> Option<(i64, i64)> {
    if little(content, 14)? == 12 {
        return Some(halves(little(content, 18)?));
    }
    let height = i64::from(little(content, 22)?.cast_signed());
    Some((little(content, 18)?.into(), height.abs()))
}

/// Each side has fourteen bits; the two above them say how to scale what is shown.
fn lossy_webp_sides(content: &[u8]) -> Option<(i64, i64)> {
    Some(halves(little(content, 26)? & 0x3fff_3fff))
}

/// Width and height in one number.
fn halves(sides: u32) -> (i64, i64) {
    (i64::from(sides & 0xffff), i64::from(sides >> 16))
}

/// Two bytes, the greater first.
fn big(content: &[u8], at: usize) -> Option<i64> {
    let bytes = content.get(at..at + 2)?;
    Some(i64::from(u16::from_be_bytes(bytes.try_into().ok()?)))
}

/// Four bytes, the least first.
fn little(content: &[u8], at: usize) -> Option<u32> {
    let bytes = content.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// The type of a file that is no image.
pub fn other_type(content: &[u8], claimed: Option<&str>) -> String {
    if content.is_empty() {
        "application/x-empty".to_owned()
    } else if content.starts_with(b"%PDF") {
        "application/pdf".to_owned()
    } else if content.starts_with(b"PK\x03\x04") {
        "application/zip".to_owned()
    } else if std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0')) {
        "text/plain".to_owned()
    } else {
        match claimed {
            Some(kind) if !kind.starts_with("image/") => kind.to_owned(),
            _ => "application/octet-stream".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(content: &[u8], content_type: &'static str, sides: Option<(i64, i64)>) {
        assert_eq!(examine(content), Some(Found { content_type, sides }));
    }

    fn bitmap(header: u32, sides: &[u8]) -> Vec<u8> {
        [&b"BM\0\0\0\0\0\0\0\0\x36\0\0\0"[..], &header.to_le_bytes(), sides].concat()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        [&head[..], &width.to_be_bytes(), &height.to_be_bytes()].concat()
    }

    #[test]
    fn a_bitmap_may_count_its_rows_from_the_top() {
        let sides = [12_i32.to_le_bytes(), (-7_i32).to_le_bytes()].concat();

        found(&bitmap(40, &sides), "image/x-ms-bmp", Some((12, 7)));
        found(&bitmap(12, b"\x05\0\x06\0"), "image/x-ms-bmp", Some((5, 6)));
        let lowest = [1_i32.to_le_bytes(), i32::MIN.to_le_bytes()].concat();
        found(&bitmap(40, &lowest), "image/x-ms-bmp", None);
    }

    #[test]
    fn a_jpeg_may_have_bytes_between_its_segments() {
        let frame = b"\xff\xff\xff\xc0\0\x11\x08\0\x07\0\x0c\x03";
        let comment = b"\xff\xfe\0\x04hi";

        found(&[&b"\xff\xd8"[..], frame].concat(), "image/jpeg", Some((12, 7)));
        let longer = [&b"\xff\xd8"[..], comment, b"\xff\x01", frame].concat();
        found(&longer, "image/jpeg", Some((12, 7)));
    }

    #[test]
    fn sizes_that_nobody_can_tell_are_left_out() {
        for jpeg in
            [&b"\xff\xd8\xff"[..], b"\xff\xd8\xff\xe0cut", b"\xff\xd8\xff\xda\0\x02\xff\xc0"]
        {
            found(jpeg, "image/jpeg", None);
        }
        found(&png(12, 7), "image/png", Some((12, 7)));
        for (width, height) in [(0, 7), (12, 65_536), (u32::MAX, u32::MAX)] {
            found(&png(width, height), "image/png", None);
        }
        found(b"\x89PNG\r\n\x1a\n\0\0\0\x04CgBI\x50\0\x20\x02aaaa", "image/png", None);
        found(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat", "image/heif", None);
        found(b"GIF89a", "image/gif", None);
    }

    #[test]
    fn the_size_of_a_webp_is_not_how_it_is_scaled() {
        let head = b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\0\0\0\x9d\x01\x2a";

        found(&[&head[..], b"\x0c\x40\x07\xc0"].concat(), "image/webp", Some((12, 7)));
    }

    #[test]
    fn what_is_no_picture_is_told_by_its_content() {
        for other in [
            &b"hello"[..],
            b"",
            b"II*",
            b"BM is how this letter begins",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"<!DOCTYPE html><title>no</title>",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat",
        ] {
            assert_eq!(examine(other), None, "{}", other.escape_ascii());
        }
        assert_eq!(other_type(b"hello", Some("image/jpeg")), "text/plain");
        assert_eq!(other_type(b"", None), "application/x-empty");
    }
}
