#include "fhir/base/log.h"

#include <atomic>
#include <cstdio>
#include <mutex>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"
#include "fhir/base/json.h"

namespace fhir::log {
namespace {

std::atomic<Level> lowest{Level::Info};
std::mutex mutex;
std::function<void(const std::string&)> sink;

const char* nameOf(Level level) {
    switch (level) {
        case Level::Info:
            return "info";
        case Level::Warning:
            return "warning";
        case Level::Error:
            return "error";
    }
    return "";
}

/// A log line must never be the thing that fails, nor be half written when it does.
bool isText(const std::string& value) {
    try {
        json::Writer().string(value);
        return true;
    } catch (const Error&) {
        return false;
    }
}

void write(Level level, std::string_view event, Fields fields) {
    if (level < lowest) return;
    json::Writer line;
    line.beginObject()
        .member("time", toRfc3339(std::chrono::system_clock::now()))
        .member("level", nameOf(level))
        .member("event", event);
    for (const auto& [name, value] : fields)
        line.member(name, isText(value) ? value : "(not UTF-8)");
    const auto text = line.endObject().take();
    const std::lock_guard lock(mutex);
    if (sink)
        sink(text);
    else
        std::fprintf(stderr, "%s\n", text.c_str());
}

}  // namespace

void info(std::string_view event, Fields fields) {
    write(Level::Info, event, fields);
}
void warning(std::string_view event, Fields fields) {
    write(Level::Warning, event, fields);
}
void error(std::string_view event, Fields fields) {
    write(Level::Error, event, fields);
}

void keepFrom(Level level) noexcept {
    lowest = level;
}

void redirect(std::function<void(const std::string&)> newSink) {
    const std::lock_guard lock(mutex);
    sink = std::move(newSink);
}

}  // namespace fhir::log
