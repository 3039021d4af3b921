#include "plugin/cds/service.h"

#include "plugin/cds/patient_view.h"

namespace plugin::cds {

void addServices(http::Router& router, const Site& site, ServiceOptions options) {
    // Shared by the two handlers that the router keeps.
    const auto patientView = std::make_shared<PatientView>(site, options.deadline);
    router.add("GET", "/cds-services", [patientView](const http::Request& request) {
        patientView->requireTrust(request);
        return http::Response::json(200, "{\"services\":[" + patientView->describe() + "]}");
    });
    router.add("POST", "/cds-services/what-matters",
               [patientView](const http::Request& request) { return (*patientView)(request); });
}

}  // namespace plugin::cds
