#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/simulator/oauth.h"
#include "adapters/simulator/tokens.h"
#include "fhir/base/clock.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"
#include "fhir/smart/key.h"

namespace adapters::simulator {

/// An app that the chart opens.
struct App {
    std::string clientId;
    fhir::Url launchUrl, redirectUri;
    /// What a launch into a unit says of it: "Location/…" by what the chart's address calls it,
    /// where that is not the Location's id.
    std::map<std::string, std::string> units{};
    std::vector<std::string> patients{};  ///< whom the chart lists, "Patient/…"
};

/// The lifetime of access tokens.
struct Lifetime {
    std::chrono::seconds span;
    bool isSaid = true;  ///< the answer has `expires_in`
};

/// The made-up EHR as its users see it: a chart page that opens an app of another origin in a frame
/// or a tab, and the authorization behind it, up to the code and the tokens (SMART App Launch 2.2,
/// EHR launch; OpenID Connect). Below the origin of the FHIR base:
///
///     GET  /auth/authorize   POST /auth/approve   GET  /auth/jwks
///     GET  /chart?patient=ID  /chart?unit=ID   the chart, with the app in a frame
///     GET  /chart/open?patient=ID…             the app in a tab of its own
///
/// Further parameters of both chart addresses: `user=Practitioner/…`, `step=ask` (passed as
/// appContext, as by a card's link), `ask=1` (shows user, patient and scopes, to allow or refuse),
/// `banner=0`.
///
/// All people are made up, and there are no passwords. May be used from several threads at once.
class Launches {
public:
    static constexpr std::string_view kAuthorizePath = "/auth/authorize";
    static constexpr std::string_view kKeysPath = "/auth/jwks";

    /// Answers FHIR requests below the base, without a check of tokens.
    using Ehr = std::function<fhir::http::Response(const fhir::http::Request&)>;

    Launches(fhir::Url base, Ehr ehr, Tokens& tokens, Lifetime lifetime, fhir::Clock clock);

    /// Sets the only app; without it the chart and the authorization pages do not exist.
    void registerApp(App app);
    bool hasApp() const;

    /// The answer to a request for one of the addresses above; nullopt for anything else.
    std::optional<fhir::http::Response> page(const fhir::http::Request& request);

    /// Give tokens for a code, or for a refresh token; each works once. Refuse as in RFC 6749,
    /// section 5.2. A second use ends the whole grant.
    fhir::http::Response exchange(const std::string& clientId, const Form& form);
    fhir::http::Response refresh(const std::string& clientId, const Form& form);

    /// The `sub` claim of a user.
    static std::string subjectOf(const std::string& user) { return "made-up-" + user; }

private:
    /// The context of a launch, and its user.
    struct Session {
        std::string user, patient, encounter, unit, step;
        bool ask = false, banner = true;
    };
    struct Authorization {
        Session session;
        std::string redirectUri, state, challenge, nonce, scope;
        std::string grant;  ///< of a used code
        fhir::Instant until{};
    };
    struct Grant {
        Session session;
        std::string clientId, nonce, scope, access, refresh;
        std::vector<std::string> oldRefresh;
    };
    using Grants = std::map<std::string, Grant>;
    using Response = fhir::http::Response;
    using Request = fhir::http::Request;

    std::optional<Response> answerGet(const std::string& path, const fhir::Query& query);
    Response authorize(const fhir::Query& query);
    Response approve(const fhir::Query& form);
    Response jwks();
    Response chart(const fhir::Query& query);
    Response open(const fhir::Query& query);
    Response picker(const std::string& id, const Authorization& asked);
    Response redirect(const Authorization& authorization, fhir::Query parameters) const;
    Response tokens(Grant& grant, bool withIdToken);
    void end(Grants::iterator grant);

    static constexpr std::size_t kTokenBytes = 24;
    static constexpr std::size_t kHeldMax = 10'000;  ///< for launches, codes and grants each
    /// Empties a map that is full.
    template <class Map>
    static void bound(Map& map) {
        if (map.size() >= kHeldMax) map.clear();
    }
    std::string origin() const { return base_.origin(); }
    std::string idToken(const Grant& grant);
    const fhir::smart::Key& key();
    std::string encounterOf(const std::string& patient);
    /// What the EHR answers at this address below its base; nullopt if it refuses.
    std::optional<fhir::json::Document> read(const std::string& target);
    using Person = std::pair<std::string, std::string>;  ///< id and name
    Person person(const fhir::json::Value& resource) const;
    std::vector<Person> patients();
    std::vector<Person> practitioners();  ///< at most 100

    const fhir::Url base_;
    const Ehr ehr_;
    Tokens& tokens_;
    const Lifetime lifetime_;
    const fhir::Clock clock_;
    mutable std::mutex mutex_;  // guards all below
    std::optional<App> app_;
    std::optional<fhir::smart::Key> key_;                  // made when first needed
    std::map<std::string, Session> launches_;              // by launch handle
    std::map<std::string, Authorization> asking_, codes_;  // by id of the page; by code
    Grants grants_;                                        // by an id of ours
};

}  // namespace adapters::simulator
