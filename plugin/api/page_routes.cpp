#include "plugin/api/page_routes.h"

#include "fhir/base/error.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::api {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using sessions::Context;

void requireAudience(Audience audience, const Context& context) {
    switch (audience) {
        case Audience::AnyPage:
            return;
        case Audience::PatientPage:
            if (context.view != Context::View::Patient)
                throw Error(ErrorKind::Forbidden,
                            "This page was opened for a ward, not for a patient.");
            return;
        case Audience::WardPage:
            if (context.view != Context::View::Ward)
                throw Error(ErrorKind::Forbidden,
                            "This page was opened for one patient, not for a ward.");
            return;
        case Audience::UnitsPage:
            if (context.view != Context::View::Units)
                throw Error(ErrorKind::Forbidden,
                            "This page was opened for a ward or a patient, not to choose a ward.");
            return;
    }
}

}  // namespace

void addPageRoute(http_server::Router& router, const Uses& uses, std::string method,
                  std::string path, Audience audience, PageHandler handler) {
    router.add(
        std::move(method), std::move(path),
        [uses, audience, handler = std::move(handler)](const http_server::Request& request) {
            auto open = uses.sessions.open(request);
            auto& context = open.context;
            requireAudience(audience, context);
            if (context.view == Context::View::Patient)
                context.patient =
                    store::MergeTable(uses.database).current(context.connection, context.patient);
            return handler(request, open);
        });
}

}  // namespace plugin::api
