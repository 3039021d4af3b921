#include "tests/faults/lax_server.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>

#include <chrono>
#include <string>
#include <thread>

namespace faults {
namespace {

class Answer : public Poco::Net::HTTPRequestHandler {
public:
    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        // Of what is no known method the body would be all that still comes.
        Poco::NullOutputStream nowhere;
        if (request.getMethod() == "POST")
            Poco::StreamCopier::copyStream(request.stream(), nowhere);
        const auto& target = request.getURI();
        std::string body = "{}";
        if (target == "/.well-known/jwks.json")
            body = R"({"keys":[]})";
        else if (target == "/cds-services")
            body = R"({"services":[]})";
        else if (target == "/smuggled") {
            body = LaxServer::kSmuggled;
            std::this_thread::sleep_for(std::chrono::milliseconds(300));  // an EHR's time
        }
        response.sendBuffer(body.data(), body.size());
    }
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Answer;
    }
};

}  // namespace

LaxServer::LaxServer()
    : server_(new Factory, threads_,
              Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)),
              new Poco::Net::HTTPServerParams) {
    server_.start();
}

LaxServer::~LaxServer() {
    server_.stopAll(true);
}

}  // namespace faults
