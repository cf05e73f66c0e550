//! The mails that a real service would have sent.

use jiff::Timestamp;
use rusqlite::{Connection, params};

/// A mail: kept in the session's store, never sent.
#[derive(Debug, Clone)]
pub struct Mail<'m> {
    pub api: &'m str,
    pub to: &'m str,
    pub subject: &'m str,
    pub text: &'m str,
    /// The link that the reader is asked to open, as a path below the API's prefix.
    pub link: Option<&'m str>,
}

impl Mail<'_> {
    /// Puts the mail into the outbox.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn send(&self, now: Timestamp, db: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO wardian_mail (time, api, recipient, subject, text, link)
                   VALUES (?, ?, ?, ?, ?, ?)";
        db.prepare_cached(sql)?.execute(params![
            now.to_string(),
            self.api,
            self.to,
            self.subject,
            self.text,
            self.link
        ])?;
        Ok(())
    }
}
