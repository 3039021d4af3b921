#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/bulk_exports.h"
#include "adapters/simulator/hooks.h"
#include "adapters/simulator/pages.h"
#include "adapters/simulator/simulator.h"
#include "adapters/simulator/store.h"
#include "adapters/simulator/writes.h"

namespace adapters::simulator {

/// Answers requests below the FHIR base, as the vendor in the options would. Synchronised.
class FhirServer {
public:
    explicit FhirServer(const Options& options);

    /// Never throws Error: every refusal is a Response in the vendor's own form.
    fhir::http::Response answer(const fhir::http::Request& request);
    /// The vendor's refusal for a fault that the simulator was told to make.
    fhir::http::Response refusal(const fhir::Error& error, const std::string& method) const;
    fhir::http::Response tooMany(std::chrono::seconds wait) const;

    const Behaviour& behaviour() const noexcept { return behaviour_; }
    const WardSummary& ward() const noexcept { return ward_; }
    const Writes& writes() const noexcept { return writes_; }

private:
    fhir::http::Response route(const fhir::http::Request& request);
    fhir::http::Response atType(const Definition& definition, const fhir::http::Request& request);
    fhir::http::Response atInstance(const Definition& definition,
                                    const std::vector<std::string>& path,
                                    const fhir::http::Request& request);
    fhir::http::Response search(const Definition& definition, const fhir::Query& query,
                                bool lenient);
    fhir::http::Response create(const Definition& definition, const fhir::http::Request& request);
    fhir::http::Response update(const Definition& definition, const std::string& id,
                                const fhir::http::Request& request);
    fhir::http::Response remove(const Definition& definition, const std::string& id);
    fhir::http::Response read(const Definition& definition, const std::vector<std::string>& path);
    std::optional<fhir::http::Response> alreadyThere(const Definition& definition,
                                                     const fhir::http::Request& request);
    fhir::json::Document check(const Definition& definition, const fhir::http::Request& request,
                               const Stored* before);
    std::string keptOf(const Definition& definition, const fhir::json::Value& body);
    std::string addPage(const fhir::json::Value& attachment);
    std::optional<fhir::http::Response> limited();
    void activate(const std::string& subscription);

    const Behaviour& behaviour_;
    Catalogue catalogue_;
    std::string base_, basePath_;
    fhir::Clock clock_;
    bool hurry_;
    fhir::Instant started_;
    WardSummary ward_;
    Writes writes_;

    std::mutex mutex_;  // guards what follows; all work in it is short and in memory
    Store store_;
    Pages pages_;
    BulkExports exports_;
    std::map<std::string, StoredPointer> byIdempotencyKey_;
    fhir::Instant windowBegan_{};
    int inWindow_ = 0;

    Hooks hooks_;  // last, so that it is destroyed first
};

}  // namespace adapters::simulator
