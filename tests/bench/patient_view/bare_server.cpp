// What patient-view is held against: Poco's own HTTP server, which parses the body of each request
// by the same parser and sends the same bytes back every time. `bench_bare_server ANSWER` prints
// its address and serves until its standard input ends.
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>

#include "fhir/base/json.h"

namespace {

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(const std::string& answer) : answer_(answer) {}
    void handleRequest(Poco::Net::HTTPServerRequest& in,
                       Poco::Net::HTTPServerResponse& out) override {
        std::string body(static_cast<std::size_t>(in.getContentLength64()), '\0');
        in.stream().read(body.data(), static_cast<std::streamsize>(body.size()));
        const auto document = fhir::json::Document::parse(std::move(body));
        out.setContentType("application/json");
        out.setContentLength(static_cast<std::streamsize>(answer_.size()));
        out.setStatus(document.root().isObject() ? Poco::Net::HTTPResponse::HTTP_OK
                                                 : Poco::Net::HTTPResponse::HTTP_BAD_REQUEST);
        out.send().write(answer_.data(), static_cast<std::streamsize>(answer_.size()));
    }

private:
    const std::string& answer_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit Factory(std::string answer) : answer_(std::move(answer)) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler(answer_);  // Poco takes it
    }

private:
    std::string answer_;
};

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: bench_bare_server ANSWER\n", stderr);
        return 2;
    }
    std::ifstream file(words[1], std::ios::binary);
    std::string answer{std::istreambuf_iterator<char>(file), {}};
    Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0), 256);
    Poco::Net::HTTPServerParams::Ptr parameters = new Poco::Net::HTTPServerParams;
    parameters->setMaxThreads(64);
    parameters->setMaxQueued(256);
    parameters->setMaxKeepAliveRequests(0);
    Poco::ThreadPool pool(2, 64);
    Poco::Net::HTTPServer server(new Factory(std::move(answer)), pool, socket, parameters);
    server.start();
    std::printf("http://127.0.0.1:%d\n", static_cast<int>(server.port()));
    std::fflush(stdout);
    std::cin.ignore(std::numeric_limits<std::streamsize>::max());
    server.stopAll(true);
    return 0;
}
