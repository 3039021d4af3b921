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

/// The pages that are open, each with what it is about, and told when that has changed. They hold
/// no thread: who brings the change sends. May be used from several threads at once.
class LivePages {
public:
    explicit LivePages(const LiveSettings& limits) : limits_(limits) {}

    /// The answer that opens a page's stream: `text/event-stream`, first the event "open"; 503
    /// where too many are open, of all or of this session: the page then asks now and then.
    http_server::Response open(const http_server::Request& request, const std::string& session,
                               const std::string& topic);

    /// Tells the pages that the change is about.
    void tell(const store::Change& change);

    /// How many are open.
    std::size_t count();

private:
    struct Page {
        std::string session, topic;
        std::shared_ptr<http_server::EventStream>
            stream;  ///< the server's too; nullptr: on its way
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
