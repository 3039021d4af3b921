#pragma once

#include "plugin/api/uses.h"
#include "plugin/audit/entry.h"
#include "plugin/http_server/message.h"
#include "plugin/sessions/sessions.h"

namespace plugin::api {

/// Returns the author for the audit trail: the user of this page.
audit::Author authorOf(const Uses& uses, const sessions::Context& context,
                       const http_server::Request& request);

/// Returns the audit entry of a page that has read what it shows: a patient or, without a patient,
/// a ward.
audit::Entry readBy(const Uses& uses, const sessions::Context& context,
                    const http_server::Request& request);

}  // namespace plugin::api
