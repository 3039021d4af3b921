#include "plugin/cds/trust.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "fhir/client/links.h"
#include "plugin/cds/cds_table.h"
#include "plugin/cds/service.h"
#include "plugin/cds/token_check.h"
#include "plugin/settings/settings.h"

namespace plugin::cds {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kKnownTokensMax = 10'000;

[[noreturn]] void refuse() {
    throw Error(ErrorKind::Unauthorized, "This service answers its EHR only.");
}

/// Whether calls for this connection need no token. A site that names issuers means them, and a
/// companion has no chart that anybody opens.
bool isOpen(const Connection& connection, bool development) {
    const auto& cds = connection.settings.cds;
    return cds.trustsNetwork ||
           (development && cds.issuers.empty() && !connection.settings.isCompanionAlone());
}

std::optional<std::string> tokenOf(const http_server::Request& request) {
    const auto header = request.headers.find("Authorization");
    constexpr std::string_view kScheme = "Bearer ";
    if (!header || header->size() <= kScheme.size() ||
        !fhir::equalsIgnoringCase(std::string_view(*header).substr(0, kScheme.size()), kScheme))
        return std::nullopt;
    return header->substr(kScheme.size());
}

}  // namespace

/// Tokens that were checked, and whether they may be shown (again).
class Trust::Tokens {
public:
    explicit Tokens(const Uses& uses) : uses_(uses), check_(uses.connections, uses.clock) {}

    bool isAsked() const noexcept { return check_.hasIssuers(); }

    std::vector<const Connection*> callerOf(const std::string& token,
                                            const http_server::Request& request) {
        const auto address = addressOf(request);
        const auto name = uses_.database.vault().hash("cds-token", address + "\n" + token);
        if (auto known = find(name)) return *known;
        auto checked = check_.check(token, address, request.received + kPatience);
        const bool isReused =
            std::all_of(checked.connections.begin(), checked.connections.end(),
                        [](const auto* one) { return one->settings.cds.reusesTokens; });
        if (isReused)
            remember(name, checked);
        else
            useUp(checked);
        return std::move(checked.connections);
    }

private:
    static constexpr std::chrono::milliseconds kPatience = ServiceOptions{}.deadline;

    struct Known {
        std::vector<const Connection*> connections;
        fhir::Instant expires;
    };

    /// The address that was called, as the EHR knows it.
    std::string addressOf(const http_server::Request& request) const {
        auto base = uses_.settings.publicUrl.text();
        while (base.ends_with('/')) base.pop_back();
        return base + request.path;
    }

    std::optional<std::vector<const Connection*>> find(const std::string& name) {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(name);
        if (found == known_.end() || found->second.expires <= uses_.clock.now())
            return std::nullopt;
        return found->second.connections;
    }

    void remember(const std::string& name, const CheckedToken& checked) {
        const std::lock_guard lock(mutex_);
        if (known_.size() >= kKnownTokensMax) {
            const auto now = uses_.clock.now();
            std::erase_if(known_, [&](const auto& one) { return one.second.expires <= now; });
            if (known_.size() >= kKnownTokensMax) known_.clear();  // they are checked again
        }
        known_[name] = {checked.connections, checked.expires};
    }

    /// On the record that all instances share, until the token would be refused for its age.
    void useUp(const CheckedToken& checked) {
        const auto name = uses_.database.vault().hash("cds-jti", checked.iss + "\n" + checked.jti);
        if (!CdsTable(uses_.database).useToken(name, checked.expires))
            throw Error(ErrorKind::Unauthorized, "the token was shown before (jti)");
    }

    const Uses& uses_;
    TokenCheck check_;
    std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;
};

Trust::Trust(const Uses& uses) : uses_(uses), tokens_(std::make_unique<Tokens>(uses_)) {}

Trust::~Trust() = default;

std::vector<const Connection*> Trust::callerOf(const http_server::Request& request) const {
    const auto token = tokenOf(request);
    if (token && tokens_->isAsked()) {
        try {
            return tokens_->callerOf(*token, request);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Unauthorized) throw;
            fhir::log::warning(
                "hook refused",
                {{"request", request.id}, {"claim", error.path()}, {"why", error.what()}});
            refuse();
        }
    }
    std::vector<const Connection*> open;
    for (const auto& [id, connection] : uses_.connections)
        if (isOpen(connection, uses_.settings.development)) open.push_back(&connection);
    if (open.empty()) {
        fhir::log::warning("hook refused",
                           {{"request", request.id}, {"why", "the call has no token"}});
        refuse();
    }
    return open;
}

const Connection& connectionFor(const std::vector<const Connection*>& caller,
                                const std::string& fhirServer) {
    if (fhirServer.empty()) {
        if (caller.size() != 1)
            throw Error(ErrorKind::InvalidInput,
                        "is needed, because this caller speaks for several FHIR servers",
                        "/fhirServer");
        return *caller.front();
    }
    std::string ours;
    for (const auto* one : caller) {
        if (one->settings.server().isSame(fhirServer)) return *one;
        ours += (ours.empty() ? "" : " ") + fhir::addressForLog(one->settings.fhirBase.text());
    }
    fhir::log::warning("hook refused", {{"why", "fhirServer is none of the caller's connections"},
                                        {"fhirServer", fhir::addressForLog(fhirServer)},
                                        {"fhirBase", ours}});
    refuse();
}

}  // namespace plugin::cds
