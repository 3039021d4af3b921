#include "plugin/sessions/context.h"

#include "fhir/base/json.h"
#include "fhir/base/url.h"

namespace plugin::sessions {
namespace {

using View = Context::View;

View viewOf(std::string_view name) noexcept {
    if (name == toString(View::Units)) return View::Units;
    return name == toString(View::Ward) ? View::Ward : View::Patient;
}

}  // namespace

const char* toString(Context::View view) noexcept {
    switch (view) {
        case View::Units:
            return "units";
        case View::Ward:
            return "ward";
        case View::Patient:
            break;
    }
    return "patient";
}

std::string Context::path() const {
    std::string path = std::string("/app/") + toString(view);
    if (view == View::Ward) path += "/" + fhir::percentEncode(unit);
    return path;
}

std::string Context::toJson() const {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("view", toString(view))
        .member("connection", connection)
        .member("user", user)
        .member("userDisplay", userDisplay)
        .member("unit", unit)
        .member("patient", patient)
        .member("encounter", encounter)
        .member("step", step)
        .member("needPatientBanner", needPatientBanner)
        .member("grant", grant)
        .key("style")
        .beginObject();
    for (const auto& [key, value] : style) writer.member(key, value);
    writer.endObject().endObject();
    return writer.take();
}

Context Context::fromJson(std::string text) {
    const auto document = fhir::json::Document::parse(std::move(text));
    const auto json = document.root();
    const auto read = [&](const char* name) { return json.findString(name).value_or(""); };
    Context context;
    context.view = viewOf(json.at("view").string());
    context.connection = json.at("connection").string();
    context.user = read("user");
    context.userDisplay = read("userDisplay");
    context.unit = read("unit");
    context.patient = read("patient");
    context.encounter = read("encounter");
    context.step = read("step");
    context.needPatientBanner = json.findBoolean("needPatientBanner").value_or(true);
    context.grant = read("grant");
    if (const auto style = json.find("style"))
        for (const auto& [key, value] : style->object())
            context.style.emplace(std::string(key), value.string());
    return context;
}

}  // namespace plugin::sessions
