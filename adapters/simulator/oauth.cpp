#include "adapters/simulator/oauth.h"

#include "fhir/base/base64.h"
#include "fhir/base/json.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kFormBytesMax = 64 * 1024;

}  // namespace

std::string at(const Form& form, const std::string& name) {
    const auto found = form.find(name);
    return found == form.end() ? "" : found->second;
}

void refuse(const std::string& code, const std::string& why) {
    throw Error(code == "invalid_client" ? ErrorKind::Unauthorized : ErrorKind::Refused, why, code);
}

Form formOf(const fhir::http::Request& request) {
    const auto type = fhir::mediaType(request.headers.find("Content-Type").value_or(""));
    if (request.method != "POST" || type != "application/x-www-form-urlencoded")
        refuse("invalid_request", "this address takes the POST of a form");
    if (request.body.size() > kFormBytesMax) refuse("invalid_request", "the form is too long");
    Form form;
    for (const auto& [name, value] : fhir::Query::parse(request.body))
        if (!form.emplace(name, value).second)
            refuse("invalid_request", "a parameter stands in the form twice");
    return form;
}

std::pair<std::string, std::string> basicOf(const std::string& header) {
    auto text = header.substr(std::string("Basic ").size());
    while (text.ends_with('=')) text.pop_back();
    for (auto& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    const auto bytes = fhir::decodeBase64url(text).value_or("");
    const auto colon = bytes.find(':');
    if (colon == std::string::npos) refuse("invalid_client", "the Authorization header is broken");
    return {fhir::percentDecode(bytes.substr(0, colon), true),
            fhir::percentDecode(bytes.substr(colon + 1), true)};
}

std::string bearerOf(const fhir::http::Request& request) {
    const auto header = request.headers.find("Authorization").value_or("");
    const std::string scheme = "Bearer ";
    if (!fhir::equalsIgnoringCase(header.substr(0, scheme.size()), scheme)) return {};
    return header.substr(scheme.size());
}

fhir::http::Response oauthAnswer(int status, std::string json) {
    return {status,
            {{"Content-Type", "application/json"},
             {"Cache-Control", "no-store"},
             {"Pragma", "no-cache"},
             {"Access-Control-Allow-Origin", "*"}},
            std::move(json)};
}

fhir::http::Response oauthError(const Error& error) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("error", error.path())
        .member("error_description", error.what())
        .endObject();
    auto response = oauthAnswer(error.kind() == ErrorKind::Unauthorized ? 401 : 400, writer.take());
    if (response.status == 401)
        response.headers.set("WWW-Authenticate", "Basic realm=\"simulator\"");
    return response;
}

}  // namespace adapters::simulator
