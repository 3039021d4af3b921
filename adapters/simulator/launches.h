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
#include "fhir/base/url.h"
#include "fhir/http/transport.h"
#include "fhir/smart/key.h"

namespace adapters::simulator {

/// An app that the chart opens.
struct App {
    std::string clientId;
    fhir::Url launchUrl, redirectUri;
};

/// How long access tokens last.
struct Lifetime {
    std::chrono::seconds span;
    bool isSaid = true;  ///< `expires_in` stands in the answer
};

/// The made-up EHR as its users meet it: a chart page that opens an app in a frame or a tab of
/// another origin, and the way to a code and to tokens behind it (SMART App Launch 2.2, EHR launch;
/// OpenID Connect). Below the origin of the FHIR base:
///
///     GET  /auth/authorize   POST /auth/approve   GET  /auth/jwks
///     GET  /chart?patient=ID  /chart?unit=ID   the chart, with the app in a frame
///     GET  /chart/open?patient=ID…             the app in a tab of its own
///
/// Further parameters of both: `user=Practitioner/…`, `step=ask` (goes along as appContext, as a
/// card's link does), `ask=1` (shows who, for whom and what, to allow or refuse), `banner=0`.
///
/// Everybody is made up and nobody has a password. May be used from several threads at once.
class Launches {
public:
    static constexpr std::string_view kAuthorizePath = "/auth/authorize";
    static constexpr std::string_view kKeysPath = "/auth/jwks";

    /// Answers FHIR requests below the base, whoever asks.
    using Ehr = std::function<fhir::http::Response(const fhir::http::Request&)>;

    Launches(fhir::Url base, Ehr ehr, Tokens& tokens, Lifetime lifetime, fhir::Clock clock);

    /// The only app; there is none before.
    void registerApp(App app);
    bool hasApp() const;

    /// The answer to what is asked of the above; nullopt for anything else.
    std::optional<fhir::http::Response> page(const fhir::http::Request& request);

    /// Tokens for a code, once, and for a refresh token, once each. Refuse as RFC 6749, section
    /// 5.2; what is used twice ends all that was given for it.
    fhir::http::Response exchange(const std::string& clientId, const Form& form);
    fhir::http::Response refresh(const std::string& clientId, const Form& form);

    /// `sub` of a user.
    static std::string subjectOf(const std::string& user) { return "made-up-" + user; }

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
    static constexpr std::size_t kHeldMax = 10'000;  ///< launches, codes and grants each
    /// A made-up EHR forgets everything when it has too much of it.
    template <class Map>
    static void bound(Map& map) {
        if (map.size() >= kHeldMax) map.clear();
    }
    std::string origin() const { return base_.origin(); }
    std::string idToken(const Grant& grant);
    const fhir::smart::Key& key();
    std::string encounterOf(const std::string& patient);
    /// id and label of every resource that a search finds, at most 100.
    std::vector<std::pair<std::string, std::string>> list(const std::string& search);

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
