#pragma once

#include "plugin/api/uses.h"
#include "plugin/audit/entry.h"
#include "plugin/http_server/message.h"
#include "plugin/sessions/sessions.h"

namespace plugin::api {

/// For the audit trail: whose page this is.
audit::Author authorOf(const Uses& uses, const sessions::Context& context,
                       const http_server::Request& request);

/// That the page of this context has read what it is about; of a ward without a patient.
audit::Entry readBy(const Uses& uses, const sessions::Context& context,
                    const http_server::Request& request);

}  // namespace plugin::api
