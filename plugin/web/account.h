#pragma once

#include "plugin/audit/entry.h"
#include "plugin/http/message.h"
#include "plugin/launch/sessions.h"
#include "plugin/site.h"

namespace plugin::web {

/// For the audit trail: whose page this is.
audit::Author authorOf(const Site& site, const launch::Context& context,
                       const http::Request& request);

/// That the page of this context has read what it is about; of a ward without a patient.
audit::Entry readBy(const Site& site, const launch::Context& context, const http::Request& request);

}  // namespace plugin::web
