#include "plugin/api/live.h"

#include <algorithm>
#include <vector>

#include "fhir/base/json.h"
#include "plugin/api/page_routes.h"
#include "plugin/store/database.h"

namespace plugin::api {
namespace {

/// How long a page waits before it comes again; it adds a random part.
constexpr const char* kOpen = "retry: 3000\nevent: open\ndata: {}\n\n";

std::string textOf(const store::Change& change) {
    fhir::json::Writer writer;
    writer.beginObject().member("version", change.value).endObject();
    const auto event = change.topic.empty() ? "changed" : change.event;
    return "event: " + event + "\ndata: " + writer.take() + "\n\n";
}

http_server::Response openWard(const Uses& uses, LivePages& pages,
                               const http_server::Request& request,
                               const sessions::OpenContext& open) {
    return pages.open(
        request, open.session,
        store::wardTopic(uses.database.vault(), open.context.connection, open.context.unit));
}

http_server::Response openPatient(const Uses& uses, LivePages& pages,
                                  const http_server::Request& request,
                                  const sessions::OpenContext& open) {
    return pages.open(
        request, open.session,
        store::patientTopic(uses.database.vault(), open.context.connection, open.context.patient));
}

}  // namespace

/// A page's place, until its stream is open; given up where it never is.
class LivePages::Reserved {
public:
    Reserved(LivePages& pages, Place place) : pages_(pages), place_(place) {}
    ~Reserved() {
        if (isUsed_) return;
        const std::lock_guard lock(pages_.mutex_);
        pages_.pages_.erase(place_);
    }
    Reserved(const Reserved&) = delete;
    Reserved& operator=(const Reserved&) = delete;

    void use(std::shared_ptr<http_server::EventStream> stream) {
        isUsed_ = true;
        pages_.give(place_, std::move(stream));
    }

private:
    LivePages& pages_;
    Place place_;
    bool isUsed_ = false;
};

void LivePages::forgetClosed() {
    std::erase_if(pages_, [](const Page& page) { return page.stream && !page.stream->isOpen(); });
}

http_server::Response LivePages::open(const http_server::Request& request,
                                      const std::string& session, const std::string& topic) {
    const std::lock_guard lock(mutex_);
    forgetClosed();
    const auto own = static_cast<std::size_t>(std::count_if(
        pages_.begin(), pages_.end(), [&](const Page& page) { return page.session == session; }));
    if (pages_.size() >= limits_.streamsMax || own >= limits_.streamsPerSession)
        return http_server::problem(
            {503, "too-many-pages", "Too many pages are open",
             "No more of them can be told of changes; this one has to ask."},
            request);
    pages_.push_back({session, topic, nullptr});
    http_server::Response response;
    response.headers = {{"Content-Type", "text/event-stream"}, {"X-Accel-Buffering", "no"}};
    // Shared by the copies of a function: it must be one that can be copied.
    response.events = [reserved = std::make_shared<Reserved>(*this, std::prev(pages_.end()))](
                          std::shared_ptr<http_server::EventStream> stream) {
        reserved->use(std::move(stream));
    };
    return response;
}

void LivePages::give(Place place, std::shared_ptr<http_server::EventStream> stream) {
    const std::lock_guard lock(mutex_);
    place->stream = std::move(stream);
    place->stream->send(kOpen);
}

void LivePages::tell(const store::Change& change) {
    const auto text = textOf(change);
    const std::lock_guard lock(mutex_);
    for (const auto& page : pages_)
        if (page.stream && (change.topic.empty() || page.topic == change.topic))
            page.stream->send(text);
}

std::size_t LivePages::count() {
    const std::lock_guard lock(mutex_);
    forgetClosed();
    return pages_.size();
}

void addLiveApi(http_server::Router& router, const Uses& uses, LivePages& pages) {
    addPageRoute(router, uses, "GET", "/api/ward/events", Audience::WardPage,
                 [uses, &pages](const auto& request, const auto& open) {
                     return openWard(uses, pages, request, open);
                 });
    addPageRoute(router, uses, "GET", "/api/patient/events", Audience::PatientPage,
                 [uses, &pages](const auto& request, const auto& open) {
                     return openPatient(uses, pages, request, open);
                 });
}

}  // namespace plugin::api
