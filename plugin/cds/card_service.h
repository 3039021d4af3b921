#pragma once

#include "plugin/cds/card_id.h"
#include "plugin/cds/chart.h"
#include "plugin/cds/feedback.h"
#include "plugin/cds/service.h"
#include "plugin/cds/tally.h"
#include "plugin/cds/trust.h"
#include "plugin/cds/worker_pool.h"

namespace plugin::cds {

/// The services as CDS clients see them. Every answer begins with whether the caller is trusted:
/// before that nothing is said, not even about what was sent.
class CardService {
public:
    CardService(const Site& site, ServiceOptions options);

    http::Response discover(const http::Request& request) const;
    /// POST /cds-services/{id}
    http::Response call(const http::Request& request) const;
    /// POST /cds-services/{id}/feedback
    http::Response feedback(const http::Request& request) const;

private:
    bool mayAsk(const std::string& stay, fhir::Deadline deadline) const;
    std::string cards(const HookCall& call, int service, const Connection& connection,
                      const Chart& chart, const http::Request& request) const;

    Site site_;
    ServiceOptions options_;
    CardIds ids_;
    mutable Tally tally_;  // before the workers: the last of them may be writing it down
    mutable WorkerPool workers_;
    Trust trust_;
    ChartReader charts_;
};

}  // namespace plugin::cds
