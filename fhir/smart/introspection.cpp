#include "fhir/smart/introspection.h"

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/client/reply.h"
#include "fhir/smart/jwt.h"

namespace fhir::smart {
namespace {

constexpr std::size_t kIntrospectionBytesMax = 64 * 1024;
constexpr const char* kStep = "ask what a token is worth";

/// One text, or an array of them (RFC 7519, section 4.1.3).
std::vector<std::string> introspectedAudiences(const json::Value& json) {
    const auto value = json.find("aud");
    if (!value) return {};
    if (value->isString()) return {value->string()};
    std::vector<std::string> result;
    for (const auto one : value->array()) result.push_back(one.string());
    return result;
}

Introspected read(std::string body) {
    const auto document = json::Document::parse(
        std::move(body), {.bytesMax = kIntrospectionBytesMax, .depthMax = 32});
    const auto json = document.root();
    Introspected result;
    result.active = json.at("active").boolean();
    if (!result.active) return result;
    result.scopes = Scopes::parse(json.findString("scope").value_or(""));
    result.clientId = json.findString("client_id").value_or("");
    result.issuer = json.findString("iss").value_or("");
    result.subject = json.findString("sub").value_or("");
    result.fhirUser = json.findString("fhirUser").value_or("");
    result.patient = json.findString("patient").value_or("");
    result.audiences = introspectedAudiences(json);
    if (const auto expires = json.find("exp")) result.expires = numericDate(*expires);
    return result;
}

}  // namespace

Introspected introspect(http::Transport& transport, const Url& url, const ClientIdentity& identity,
                        const Url& audience, const Secret& token, Instant now, Deadline deadline) {
    http::Request request;
    request.method = "POST";
    request.url = url;
    request.headers.set("Accept", "application/json");
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    Query form{{"token", token.reveal()}, {"token_type_hint", "access_token"}};
    authenticate(identity, audience, now, randomUuid(), form, request.headers);
    request.body = form.text();
    auto response = [&] {
        try {
            return transport.send(request, deadline);
        } catch (const Error& error) {
            throw error.in(kStep);
        }
    }();
    if (response.status != 200) throw errorFromReply(kStep, response);
    try {
        return read(std::move(response.body));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        throw Error(ErrorKind::BadReply,
                    std::string(kStep) + ": the answer of " + url.origin() +
                        " is none: " + error.path() + " " + error.what(),
                    error.path());
    }
}

}  // namespace fhir::smart
