#include "adapters/routes/communication.h"

#include "adapters/routes/create_once.h"
#include "adapters/routes/statement_text.h"
#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "fhir/r4/communication.h"

namespace adapters {
namespace {

using fhir::Communication;

/// Text as the server takes it: a string, or a file of plain text.
Communication::Payload payloadOf(const std::string& text, const Profile::Communication& rules) {
    if (rules.payload == "string") return {fhir::TypedValue::ofString(text)};
    fhir::Attachment attachment;
    attachment.contentType = "text/plain";
    attachment.data = fhir::base64(text);
    attachment.size = static_cast<std::int64_t>(text.size());
    return {{"Attachment", std::move(attachment)}};
}

Communication messageTo(const Profile::Names& recipients, const Profile::Communication& rules) {
    Communication message;
    message.status = "completed";
    for (const auto& one : recipients) message.recipient.push_back({one, {}, {}});
    if (!rules.sender.empty()) message.sender = fhir::Reference{rules.sender, {}, {}};
    return message;
}

Communication messageOf(const fhir::Observation& statement, const Profile::Communication& rules) {
    auto message = messageTo(rules.statementRecipients, rules);
    message.meta = statement.meta;
    message.language = statement.language;
    message.identifier = statement.identifier;
    message.subject = statement.subject;
    message.encounter = statement.encounter;
    message.sent = statement.issued ? statement.issued : statement.effectiveDateTime;
    message.topic = fhir::CodeableConcept{{}, "What matters to me"};
    message.payload = {payloadOf(wordsAsText(statement, "text/plain"), rules)};
    return message;
}

Communication messageOf(const fhir::Flag& flag, const Profile::Communication& rules) {
    auto message = messageTo(rules.flagRecipients, rules);
    message.identifier = flag.identifier;
    if (flag.period) message.sent = flag.period->start;
    message.topic = flag.code;
    message.payload = {payloadOf(flagAsText(flag), rules)};
    return message;
}

}  // namespace

std::optional<std::string> CommunicationRoute::whyNot(const RouteContext& context,
                                                      const Authored& authored) const {
    const auto& rules = context.profile.communication;
    if (const auto* flag = std::get_if<fhir::Flag>(&authored)) {
        if (rules.flagRecipients.empty())
            return "The site has named nobody who gets flags (overrides.communication."
                   "flagRecipients).";
        if (flag->status != "active") return "Only a flag that is raised is sent as a message.";
    } else {
        if (auto why = whyNoWords(context, authored)) return why;
        if (rules.statementRecipients.empty())
            return "The site has named nobody who gets statements (overrides.communication."
                   "statementRecipients).";
    }
    return whyNoCreate(context, Communication::resourceType);
}

Written CommunicationRoute::write(const RouteContext& context, const Authored& authored) const {
    const auto& rules = context.profile.communication;
    if (const auto* flag = std::get_if<fhir::Flag>(&authored)) {
        requireTeamSubject(*flag);
        return createOnce(context, messageOf(*flag, rules));
    }
    return createOnce(context, messageOf(std::get<fhir::Observation>(authored), rules));
}

}  // namespace adapters
