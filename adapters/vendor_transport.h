#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "adapters/profile/profile.h"
#include "fhir/http/transport.h"

namespace adapters {

/// A transport that keeps a vendor's manners, so that nobody above needs to know them:
///
/// - `queryParameters` are added to every request below the FHIR base, links to next pages too;
/// - `idempotencyHeader` gets the UUID of our identifier with every create, `requestIdHeader` one
///   of its own with every request below the base;
/// - at most `requestsPerMinute` leave in one minute of the clock, token requests among them; one
///   that would be too many waits for the next minute, and one that cannot wait that long ends in
///   Error{Unavailable} with status 429 and the time to wait. A 429 that does not say how long
///   ends the minute at once.
class VendorTransport : public fhir::http::Transport {
public:
    /// Waits that long.
    using Sleep = std::function<void(std::chrono::milliseconds)>;

    VendorTransport(std::unique_ptr<fhir::http::Transport> next, Profile profile, fhir::Url base,
                    fhir::Clock clock = {}, Sleep sleep = sleeping());

    fhir::http::Response send(const fhir::http::Request& request, fhir::Deadline deadline) override;
    fhir::http::Response stream(const fhir::http::Request& request, fhir::Deadline deadline,
                                const fhir::http::BodySink& sink) override;

    static Sleep sleeping();

private:
    fhir::http::Request dressed(const fhir::http::Request& request) const;
    bool isBelowBase(const fhir::Url& url) const;
    void takeTurn(fhir::Deadline deadline);
    void note(const fhir::http::Response& response);

    std::unique_ptr<fhir::http::Transport> next_;
    Profile profile_;
    fhir::Url base_;
    fhir::Clock clock_;
    Sleep sleep_;
    std::mutex mutex_;
    fhir::Instant minute_{};  ///< the minute that is counted
    int sent_ = 0;            ///< in it
};

}  // namespace adapters
