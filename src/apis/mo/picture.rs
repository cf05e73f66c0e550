//! Pictures: the sizes they come in, and drawings that stand for the photos of the seeded world.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A size in which every image is kept.
pub struct Size {
    /// As the `size` filter names it.
    pub name: &'static str,
    /// Its folder.
    pub folder: &'static str,
    /// The longer side.
    pub pixels: u32,
}

pub const SIZES: [Size; 5] = [
    Size { name: "thumbnail", folder: "thumb", pixels: 160 },
    Size { name: "small", folder: "320", pixels: 320 },
    Size { name: "medium", folder: "640", pixels: 640 },
    Size { name: "large", folder: "960", pixels: 960 },
    Size { name: "huge", folder: "1280", pixels: 1280 },
];

/// A file in which an image is served, in the order in which answers list them.
pub struct File {
    pub name: &'static str,
    pub folder: &'static str,
    /// The longer side, if it is less than the original's.
    pub pixels: Option<u32>,
    /// Whether it is of the original's type; all others are JPEG.
    pub keeps_type: bool,
}

pub const FILES: [File; 7] = [
    File { name: "thumbnail", folder: "thumb", pixels: Some(160), keeps_type: false },
    File { name: "small", folder: "320", pixels: Some(320), keeps_type: false },
    File { name: "medium", folder: "640", pixels: Some(640), keeps_type: false },
    File { name: "large", folder: "960", pixels: Some(960), keeps_type: false },
    File { name: "huge", folder: "1280", pixels: Some(1280), keeps_type: false },
    File { name: "full_size", folder: "orig", pixels: None, keeps_type: false },
    File { name: "original", folder: "orig", pixels: None, keeps_type: true },
];

/// The longer side of the largest drawing, which is that of the largest photo of the seeded world. Files that clients
/// send may say that they are larger, and a drawing of that size would take seconds.
pub const LARGEST_DRAWING: u32 = 4000;

/// The extension of an original's file name.
pub fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/png" => "png",
        "image/tiff" => "tiff",
        "image/bmp" | "image/x-ms-bmp" => "bmp",
        "image/webp" => "webp",
        "image/heif" => "heic",
        _ => "raw",
    }
}

/// Width and height when the longer side has at most so many pixels.
pub fn scaled(width: i64, height: i64, pixels: Option<u32>) -> (i64, i64) {
    let longer = width.max(height).max(1);
    match pixels.map(i64::from) {
        Some(pixels) if pixels < longer => {
            ((width * pixels / longer).max(1), (height * pixels / longer).max(1))
        }
        _ => (width, height),
    }
}

/// In which form a drawing is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Jpeg,
    Png,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    pub id: i64,
    pub width: u32,
    pub height: u32,
    pub form: Form,
}

/// Bytes of drawings that are kept.
const KEPT: usize = 32 << 20;

#[derive(Default)]
struct Drawn {
    /// Those used last stand last.
    pictures: Vec<(Drawing, Arc<[u8]>)>,
    bytes: usize,
}

static DRAWN: LazyLock<Mutex<Drawn>> = LazyLock::new(Mutex::default);

/// A drawing, made when it is first wanted: it depends on nothing but what it shows, so all sessions share it.
pub fn draw(drawing: &Drawing) -> Arc<[u8]> {
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = drawn.pictures.iter().position(|(known, _)| known == drawing) {
        let picture = drawn.pictures.remove(at);
        let bytes = picture.1.clone();
        drawn.pictures.push(picture);
        return bytes;
    }
    drop(drawn);
    let bytes: Arc<[u8]> = encode(drawing).into();
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    drawn.bytes += bytes.len();
    drawn.pictures.push((drawing.clone(), bytes.clone()));
    while drawn.bytes > KEPT && drawn.pictures.len() > 1 {
        let (_, oldest) = drawn.pictures.remove(0);
        drawn.bytes -= oldest.len();
    }
    bytes
}

fn encode(drawing: &Drawing) -> Vec<u8> {
    let canvas = Canvas::paint(drawing);
    let mut bytes = Vec::new();
    match drawing.form {
        Form::Jpeg => {
            let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
            jpeg_encoder::Encoder::new(&mut bytes, 80)
                .encode(
                    &canvas.pixels,
                    side(drawing.width),
                    side(drawing.height),
                    jpeg_encoder::ColorType::Rgb,
                )
                .expect("the canvas has as many pixels as it says");
        }
        Form::Png => {
            let mut encoder = png::Encoder::new(&mut bytes, drawing.width, drawing.height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            encoder
                .write_header()
                .and_then(|mut writer| writer.write_image_data(&canvas.pixels))
                .expect("the canvas has as many pixels as it says");
        }
    }
    bytes
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// A quiet colour for each id.
fn colour(id: i64) -> [u8; 3] {
    let hash = id.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
    [80 + hash[5] / 3, 70 + hash[6] / 3, 50 + hash[7] / 3]
}

impl Canvas {
    /// A ground with a mushroom on it, and id and size in letters.
    fn paint(drawing: &Drawing) -> Self {
        let (width, height) = (drawing.width as usize, drawing.height as usize);
        let ground = colour(drawing.id);
        let mut canvas = Self { width, height, pixels: ground.repeat(width * height) };
        canvas.mushroom(ground.map(|part| part.saturating_add(60)));
        let text = [format!("#{}", drawing.id), format!("{width}X{height}")];
        let dot = (width.min(height) / 64).max(1);
        for (line, text) in text.iter().enumerate() {
            canvas.write(text, dot * 3, dot * (3 + line * 8), dot);
        }
        canvas
    }

    /// Half a disc for the cap, a bar for the stem.
    fn mushroom(&mut self, colour: [u8; 3]) {
        let radius = self.width.min(self.height) / 3;
        let (middle, base) = (self.width / 2, self.height * 3 / 5);
        for y in 0..self.height {
            let from_base = base.abs_diff(y);
            for x in 0..self.width {
                let aside = x.abs_diff(middle);
                let in_cap = y <= base && aside * aside + from_base * from_base <= radius * radius;
                let in_stem = y > base && from_base < radius && aside < radius / 5;
                if in_cap || in_stem {
                    self.dot(x, y, colour);
                }
            }
        }
    }

    fn dot(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            self.pixels[at..at + 3].copy_from_slice(&colour);
        }
    }

    fn write(&mut self, text: &str, left: usize, top: usize, dot: usize) {
        for (place, letter) in text.chars().enumerate() {
            let Some((_, rows)) = GLYPHS.iter().find(|(known, _)| *known == letter) else {
                continue;
            };
            for (y, row) in rows.iter().enumerate() {
                for x in (0..4).filter(|x| row >> (3 - x) & 1 == 1) {
                    self.block(left + (place * 5 + x) * dot, top + y * dot, dot);
                }
            }
        }
    }

    fn block(&mut self, left: usize, top: usize, side: usize) {
        for y in top..top + side {
            for x in left..left + side {
                self.dot(x, y, [255, 255, 255]);
            }
        }
    }
}

/// Letters of four by six dots, row by row.
const GLYPHS: [(char, [u8; 6]); 12] = [
    ('0', [0b0110, 0b1001, 0b1001, 0b1001, 0b1001, 0b0110]),
    ('1', [0b0010, 0b0110, 0b0010, 0b0010, 0b0010, 0b0111]),
    ('2', [0b0110, 0b1001, 0b0001, 0b0010, 0b0100, 0b1111]),
    ('3', [0b1110, 0b0001, 0b0110, 0b0001, 0b0001, 0b1110]),
    ('4', [0b1001, 0b1001, 0b1001, 0b1111, 0b0001, 0b0001]),
    ('5', [0b1111, 0b1000, 0b1110, 0b0001, 0b0001, 0b1110]),
    ('6', [0b0110, 0b1000, 0b1110, 0b1001, 0b1001, 0b0110]),
    ('7', [0b1111, 0b0001, 0b0010, 0b0010, 0b0100, 0b0100]),
    ('8', [0b0110, 0b1001, 0b0110, 0b1001, 0b1001, 0b0110]),
    ('9', [0b0110, 0b1001, 0b1001, 0b0111, 0b0001, 0b0110]),
    ('X', [0b1001, 0b1001, 0b0110, 0b0110, 0b1001, 0b1001]),
    ('#', [0b0101, 0b1111, 0b0101, 0b0101, 0b1111, 0b0101]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_real_pictures_of_their_size() {
        for form in [Form::Jpeg, Form::Png] {
            let drawing = Drawing { id: 901, width: 160, height: 121, form };

            let size = imagesize::blob_size(&draw(&drawing)).unwrap();

            assert_eq!((size.width, size.height), (160, 121), "{form:?}");
        }
    }

    #[test]
    fn smaller_files_keep_the_proportions() {
        assert_eq!(scaled(4000, 3000, Some(160)), (160, 120));
        assert_eq!(scaled(100, 50, Some(160)), (100, 50));
        assert_eq!(scaled(4000, 3000, None), (4000, 3000));
    }
}
