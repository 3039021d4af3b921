#include "plugin/web/account.h"

#include "plugin/audit/trail.h"

namespace plugin::web {

audit::Author authorOf(const Site& site, const launch::Context& context,
                       const http::Request& request) {
    const bool isWard = context.view == launch::Context::View::Ward;
    return {.place = site.trail.place(),
            .actor = {.reference = context.user,
                      .identifier = {},
                      .name = context.userDisplay,
                      .client = "browser",
                      .way = isWard ? "ward page" : "patient page",
                      .address = request.clientAddress},
            .requestId = request.id};
}

audit::Entry readBy(const Site& site, const launch::Context& context,
                    const http::Request& request) {
    const bool isWard = context.view == launch::Context::View::Ward;
    auto entry = authorOf(site, context, request)
                     .entry(isWard ? audit::Action::Query : audit::Action::Read, site.clock.now());
    entry.connection = context.connection;
    entry.patient = context.patient;
    entry.encounter = context.encounter;
    return entry;
}

}  // namespace plugin::web
