#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "plugin/api/uses.h"
#include "plugin/http_server/router.h"
#include "plugin/settings/live_settings.h"
#include "plugin/store/change.h"

namespace plugin::api {

/// Holds the open pages and what each is about, and tells a page when that has changed. A page
/// occupies no thread: the thread that brings a change sends it. May be used from several threads
/// at once.
class LivePages {
public:
    explicit LivePages(const LiveSettings& limits) : limits_(limits) {}

    /// Returns the answer that opens a page's stream: `text/event-stream`, first the event "open".
    /// 503 if too many pages are open, in all or in this session; such a page polls instead.
    http_server::Response open(const http_server::Request& request, const std::string& session,
                               const std::string& topic);

    /// Tells the pages that the change is about.
    void tell(const store::Change& change);

    /// How many pages are open.
    std::size_t count();

private:
    struct Page {
        std::string session, topic;
        std::shared_ptr<http_server::EventStream>
            stream;  ///< shared with the server; nullptr until it is open
    };
    using Place = std::list<Page>::iterator;
    class Reserved;

    void forgetClosed();
    void give(Place place, std::shared_ptr<http_server::EventStream> stream);

    const LiveSettings limits_;
    std::mutex mutex_;
    std::list<Page> pages_;
};

/// GET /api/ward/events, GET /api/patient/events.
void addLiveApi(http_server::Router& router, const Uses& uses, LivePages& pages);

}  // namespace plugin::api
