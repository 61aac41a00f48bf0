//! The events of the Private Service Connect controller.

use super::{
    Format, LOAD_BALANCER_CONTROLLER, Meaning, Table,
    meaning::Trouble::{ServiceAttachment, ServiceAttachmentCleanup},
};
use Meaning::{Harmless, Progress, Trouble};

pub(super) static SERVICE_ATTACHMENT: Table = Table {
    kind: "ServiceAttachment",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &["ProcessServiceAttachmentFailed"],
            "pass",
            r#"error processing service attachment "{namespace}/{attachment}": "{error}""#,
            Trouble(ServiceAttachment),
        ),
        // Google Cloud keeps the value that it has.
        Format::new(
            &["UnsyncedField"],
            "field",
            r#"Field "{field}" is not specified in the ServiceAttachment CR but has a value in GCE. The controller will not overwrite this field until it is explicitly set in the CR."#,
            Harmless,
        ),
        Format::new(
            &["ServiceAttachmentCreated"],
            "created",
            "Service Attachment {link} was successfully created.",
            Progress(&[ServiceAttachment]),
        ),
        Format::new(
            &["ServiceAttachmentGCError"],
            "delete",
            r#"Failed to Garbage Collect Service Attachment {namespace}/{attachment}: "{error}""#,
            Trouble(ServiceAttachmentCleanup),
        ),
        Format::new(
            &["ServiceAttachmentGCError"],
            "finalizer",
            r#"Failed to remove finalizer on ServiceAttachment {namespace}/{attachment}: "{error}""#,
            Trouble(ServiceAttachmentCleanup),
        ),
    ],
};
