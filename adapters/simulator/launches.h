#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"
#include "fhir/smart/key.h"
#include "fhir/smart/scopes.h"

namespace adapters::simulator {

/// An app as the made-up EHR knows it: no secret, PKCE only.
struct App {
    std::string clientId;
    fhir::Url launchUrl, redirectUri;
};

/// The made-up EHR as its users meet it: a chart page that opens an app in a frame or a tab of
/// another origin, and the authorization server behind it (SMART App Launch 2.2, EHR launch;
/// OpenID Connect). Below the origin of the FHIR base:
///
///     GET  [base]/.well-known/smart-configuration
///     GET  /auth/authorize   POST /auth/approve   POST /auth/token   POST /auth/introspect
///     GET  /auth/jwks
///     GET  /chart?patient=ID  /chart?unit=ID   the chart, with the app in a frame
///     GET  /chart/open?patient=ID…             the app in a tab of its own
///
/// Further parameters of both: `user=Practitioner/…`, `step=ask` (goes along as appContext, as a
/// card's link does), `ask=1` (shows who, for whom and what, to allow or refuse), `banner=0`.
///
/// Everybody is made up and nobody has a password. May be used from several threads at once.
class Launches {
public:
    struct Options {
        fhir::Url base;
        std::chrono::seconds tokenLifetime{300};
        fhir::Clock clock{};
    };
    /// `ehr` answers FHIR requests below the base.
    Launches(fhir::http::Transport& ehr, Options options);

    /// The only app; there is none before.
    void registerApp(App app);

    /// The answer to what is asked of the above, and to a FHIR request with a token of a launch
    /// that has run out (401); nullopt for anything else, and always where no app is registered.
    std::optional<fhir::http::Response> answer(const fhir::http::Request& request);

    /// Whether a request shows the token of a launch that counts.
    bool isTokenOf(const fhir::http::Request& request) const;

private:
    /// What a launch is about, and who allowed it.
    struct Session {
        std::string user, patient, encounter, unit, step;
        bool ask = false, banner = true;
    };
    struct Authorization {
        Session session;
        std::string redirectUri, state, challenge, nonce, scope;
        std::string grant;  ///< of a code that was used
        fhir::Instant until{};
    };
    struct Grant {
        Session session;
        std::string nonce, scope, access, refresh;
        std::vector<std::string> oldRefresh;
        fhir::Instant until{};
    };
    using Response = fhir::http::Response;
    using Request = fhir::http::Request;

    Response configuration() const;
    Response authorize(const fhir::Query& query);
    Response approve(const fhir::Query& form);
    Response token(const fhir::Query& form);
    Response exchange(const fhir::Query& form);
    Response refresh(const fhir::Query& form);
    Response introspect(const fhir::Query& form);
    Response jwks();
    Response chart(const fhir::Query& query);
    Response open(const fhir::Query& query);
    Response picker(const std::string& id, const Authorization& asked);
    Response redirect(const Authorization& authorization, fhir::Query parameters) const;
    Response tokens(Grant& grant, bool withIdToken);
    Response refused() const;

    static constexpr std::size_t kTokenBytes = 24;
    static constexpr std::size_t kHeldMax = 10'000;  ///< launches, codes and grants each
    /// A made-up EHR forgets everything when it has too much of it.
    template <class Map>
    static void bound(Map& map) {
        if (map.size() >= kHeldMax) map.clear();
    }
    std::string origin() const { return options_.base.origin(); }
    std::string baseText() const;
    std::string idToken(const Grant& grant);
    const fhir::smart::Key& key();
    std::string encounterOf(const std::string& patient);
    /// id and label of every resource that a search finds, at most 100.
    std::vector<std::pair<std::string, std::string>> list(const std::string& search);

    fhir::http::Transport& ehr_;
    Options options_;
    mutable std::mutex mutex_;  // guards all below
    std::optional<App> app_;
    std::optional<fhir::smart::Key> key_;                  // made when first needed
    std::map<std::string, Session> launches_;              // by launch handle
    std::map<std::string, Authorization> asking_, codes_;  // by id of the page; by code
    std::map<std::string, Grant> grants_;                  // by an id of ours
};

}  // namespace adapters::simulator
