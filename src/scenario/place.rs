//! Where values stand in the whole, however they are written.

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// The way to a value from the top, written as a JSON Pointer. What has the same way up shares it, however long it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place(Option<Rc<(Place, Step)>>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Item(usize),
    Member(Rc<str>),
}

/// Signs of a name that are told; longer ones are cut.
const SHOWN: usize = 100;

/// A name as it is told.
pub fn shortened(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &name[..end]).into(),
        None => name.into(),
    }
}

impl Place {
    /// The place of an item of the list that is here.
    pub fn item(&self, nth: usize) -> Self {
        Self(Some(Rc::new((self.clone(), Step::Item(nth)))))
    }

    /// The place of a member of the map that is here.
    pub fn member(&self, name: &str) -> Self {
        Self(Some(Rc::new((self.clone(), Step::Member(name.into())))))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0.as_deref() {
            None => Ok(()),
            Some((above, Step::Item(nth))) => write!(f, "{above}/{nth}"),
            Some((above, Step::Member(name))) => {
                let name = shortened(name).replace('~', "~0").replace('/', "~1");
                write!(f, "{above}/{name}")
            }
        }
    }
}
