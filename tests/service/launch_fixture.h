#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "fhir/smart/jws.h"
#include "fhir/smart/key.h"
#include "tests/service/service_fixture.h"

namespace test {

/// Members of a JSON object: each value as JSON text; "" leaves the member out.
using Json = std::map<std::string, std::string>;
std::string toJson(const Json& members);
inline std::string inQuotes(const std::string& text) {
    return "\"" + text + "\"";
}

/// A launch under way, as its browser sees it.
struct Begun {
    std::string cookie;  ///< "whatmatters-launch=…"
    fhir::Query query;   ///< what the authorization server was asked
    std::string state() const { return query.find("state").value_or(""); }
};

/// The product with an EHR that launches it; the test decides what its authorization server says.
class LaunchFixture {
public:
    /// `more`: further members of `launch`, each with a comma before it. `prepare`: as of the
    /// service.
    explicit LaunchFixture(int patients = 3, const std::string& more = {},
                           std::function<void(Ehr& ehr, std::string& site)> prepare = {});

    Begun begin(const fhir::Headers& browser = {});
    /// The answer to /launch. `iss`: from where; the EHR's own base if it is "".
    Response open(const std::string& iss = {}, const fhir::Headers& browser = {});
    /// What is to be known of a launch that was answered so. Throws if it has not begun.
    Begun begun(const Response& opened);
    /// Calls /callback with these parameters from the browser of that launch.
    Response callback(const Begun& begun, const fhir::Query& parameters,
                      fhir::Headers headers = {});
    /// The same with a code and the right state.
    Response callback(const Begun& begun);
    /// A launch from beginning to end. Throws if it opens no page.
    Page launch(const fhir::Headers& browser = {});

    /// What is answered next. `claims` and `token` replace right values; the id_token is made by
    /// `makeIdToken`.
    struct Says {
        Json claims, token;
        Json configuration;                    ///< asked for once: `smart-configuration`
        std::map<std::string, Json> openId{};  ///< `openid-configuration` by its folder: "/fhir"
        std::string idToken;                   ///< instead of the one that is made
        int status = 200;
        bool isSilent = false;  ///< the token address never answers
    };
    /// Holds the lock of what is said for as long as it lives: the EHR's own threads read it.
    class Held {
    public:
        explicit Held(LaunchFixture& entry) : lock_(entry.mutex_), says_(entry.says_) {}
        Says* operator->() const { return &says_; }
        Says& operator*() const { return says_; }

    private:
        std::unique_lock<std::recursive_mutex> lock_;
        Says& says_;
    };
    Held says() { return Held(*this); }
    /// An id_token that is right except for `claims`, signed by `key`.
    std::string makeIdToken(const Json& claims, const fhir::smart::Key& key,
                            const std::string& kid = "key-1",
                            fhir::smart::Algorithm algorithm = fhir::smart::Algorithm::ES384);
    static std::int64_t now();

    const fhir::smart::Key key = fhir::smart::Key::generate(fhir::smart::Algorithm::ES384);
    std::string nonce;  ///< of the launch begun or answered last; set under the lock

private:
    bool answer(Connection& connection, const std::string& line);
    void setNonce(const Begun& begun);

    std::recursive_mutex mutex_;
    Says says_;

public:
    ServiceFixture running;  ///< last: its threads end before what they read
};

/// Checks that the answer is a page in plain words that names the request, opens no session and
/// reveals nothing.
void checkRefused(LaunchFixture& entry, const Response& response, int status,
                  const std::string& words);

/// The page that an answer of /callback leads to. Throws if it leads to none.
Page pageOf(const Response& response);

}  // namespace test
