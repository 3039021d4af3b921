#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/json.h"
#include "plugin/cds/worker_pool.h"
#include "plugin/connections.h"
#include "plugin/domain/freshness.h"
#include "plugin/http/router.h"
#include "plugin/site.h"
#include "plugin/store/ward_table.h"

namespace plugin::cds {

/// The service `what-matters` on the hook `patient-view`
/// (https://cds-hooks.hl7.org/hooks/patient-view/): at most one `info` card with the patient's
/// own words.
class PatientView {
public:
    PatientView(const Site& site, std::chrono::milliseconds deadline);

    /// The service's entry in the discovery answer.
    std::string describe() const;
    http::Response operator()(const http::Request& request) const;
    /// Throws Error{Unauthorized} where nobody may call without a signed token.
    void requireTrust(const http::Request& request) const;

private:
    /// What one call is about, checked.
    struct Call {
        const Connection* connection = nullptr;
        std::string patient, encounter;
        fhir::Deadline deadline{};
    };
    /// What was found out about the patient in the time there was.
    struct Known {
        std::vector<domain::Statement> statements;
        domain::StayContext stay;
        std::optional<fhir::Instant> heldFrom;  ///< set where the EHR was not read
    };

    Call readCall(const http::Request& request, const fhir::json::Value& root) const;
    Known learn(const Call& call, const fhir::json::Value& root) const;
    std::optional<std::vector<domain::Statement>> readInTime(const Call& call) const;

    Site site_;
    std::chrono::milliseconds deadline_;
    mutable WorkerPool readers_;
};

}  // namespace plugin::cds
