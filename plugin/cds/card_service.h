#pragma once

#include "fhir/base/concurrency/worker_pool.h"
#include "plugin/cds/card_counter.h"
#include "plugin/cds/card_id.h"
#include "plugin/cds/feedback.h"
#include "plugin/cds/hook.h"
#include "plugin/cds/service.h"
#include "plugin/cds/trust.h"
#include "plugin/cds/uses.h"
#include "plugin/connections/connections.h"
#include "plugin/records/patient_reader.h"

namespace plugin::cds {

/// The services as CDS clients see them. Each request is first checked for a trusted caller; any
/// other caller learns nothing, not even what is wrong with its request.
class CardService {
public:
    CardService(const Uses& uses, ServiceOptions options);

    http_server::Response discover(const http_server::Request& request) const;
    /// POST /cds-services/{id}
    http_server::Response call(const http_server::Request& request) const;
    /// POST /cds-services/{id}/feedback
    http_server::Response feedback(const http_server::Request& request) const;

private:
    bool mayAsk(const std::string& stay, fhir::Deadline deadline) const;
    std::string cards(const HookCall& call, int service, const Connection& connection,
                      const records::PatientRecord& record,
                      const http_server::Request& request) const;

    Uses uses_;
    ServiceOptions options_;
    CardIds ids_;
    mutable CardCounter tally_;  // before the workers: the last of them may be writing its counts
    mutable fhir::WorkerPool workers_;
    Trust trust_;
    records::PatientReader reader_;
};

}  // namespace plugin::cds
