#include "plugin/launch/ehr_style.h"

#include <algorithm>
#include <array>

#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace plugin::launch {
namespace {

constexpr std::size_t kBytesMax = 64 * 1024;
constexpr std::chrono::seconds kTimeout{2};
constexpr std::size_t kValueBytesMax = 200;
constexpr std::array kKeys{"color_background", "color_text", "color_highlight", "dim_border_radius",
                           "font_family_body"};

bool isPlain(std::string_view text) {
    const auto allowed = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view(" #%,.'\"-_").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= kValueBytesMax &&
           std::all_of(text.begin(), text.end(), allowed);
}

bool isListed(const fhir::Url& url, const Issuer& issuer,
              const fhir::smart::SmartConfiguration& configuration) {
    const auto& frames = issuer.connection->settings.launch->frameAncestors;
    return fhir::sameOrigin(url, issuer.base) ||
           (configuration.authorizationEndpoint &&
            fhir::sameOrigin(url, *configuration.authorizationEndpoint)) ||
           std::find(frames.begin(), frames.end(), url.origin()) != frames.end();
}

}  // namespace

std::map<std::string, std::string> knownStyle(std::string json) {
    std::map<std::string, std::string> style;
    const auto document = fhir::json::Document::parse(std::move(json), {.bytesMax = kBytesMax});
    for (const char* key : kKeys) {
        const auto value = document.root().find(key);
        if (value && value->isString() && isPlain(value->text())) style[key] = value->string();
    }
    return style;
}

std::map<std::string, std::string> readStyle(const Issuer& issuer,
                                             const fhir::smart::SmartConfiguration& configuration,
                                             const std::string& text) {
    if (text.empty()) return {};
    try {
        fhir::http::Request request;
        request.url = issuer.base.resolve(text);
        if (!isListed(request.url, issuer, configuration)) return {};
        request.headers.set("Accept", "application/json");
        auto response = issuer.connection->transport->send(request, fhir::deadlineIn(kTimeout));
        if (response.status != 200) return {};
        return knownStyle(std::move(response.body));
    } catch (const fhir::Error&) {
        return {};  // the page is what matters, and not its colours
    }
}

}  // namespace plugin::launch
