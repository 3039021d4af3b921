#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "adapters/profile/profile.h"
#include "fhir/http/transport.h"

namespace adapters {

/// A transport that applies a vendor's rules, so that no code above needs to know them:
///
/// - `queryParameters` are added to every request below the FHIR base, also to links to next pages;
/// - `idempotencyHeader` gets the UUID of our identifier with every create, `requestIdHeader` a new
///   UUID with every request below the base;
/// - at most `requestsPerMinute` are sent in one minute of the clock, token requests included. A
///   further one waits for the next minute; if its deadline is earlier, it ends in
///   Error{Unavailable} with status 429 and the time to wait. After a 429 that gives no time,
///   nothing more is sent in that minute.
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
    fhir::Instant minute_{};  ///< the minute being counted
    int sent_ = 0;            ///< requests in `minute_`
};

}  // namespace adapters
