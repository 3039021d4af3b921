#include "plugin/api/page_audit.h"

#include "plugin/audit/trail.h"

namespace plugin::api {

audit::Author authorOf(const Uses& uses, const sessions::Context& context,
                       const http_server::Request& request) {
    const bool isWard = context.view == sessions::Context::View::Ward;
    return {.place = uses.trail.place(),
            .actor = {.reference = context.user,
                      .identifier = {},
                      .name = context.userDisplay,
                      .client = "browser",
                      .way = isWard ? "ward page" : "patient page",
                      .address = request.clientAddress},
            .requestId = request.id};
}

audit::Entry readBy(const Uses& uses, const sessions::Context& context,
                    const http_server::Request& request) {
    const bool isWard = context.view == sessions::Context::View::Ward;
    auto entry = authorOf(uses, context, request)
                     .entry(isWard ? audit::Action::Query : audit::Action::Read, uses.clock.now());
    entry.connection = context.connection;
    entry.patient = context.patient;
    entry.encounter = context.encounter;
    return entry;
}

}  // namespace plugin::api
