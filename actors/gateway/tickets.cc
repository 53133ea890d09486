#include "actors/gateway/tickets.h"

#include "actors/gateway/link_secret.h"
#include "actors/gateway/resources.h"

namespace rookery {
namespace {

// Who came by a link derives the key from the link's secret, and is told how to know the host.
Json ticket_json(const Api& api, const EntityId& id, const session::Terms& terms,
                 const TicketKey& key, const host::Description& host) {
  Json out = {{"id", to_text(id)},
              {"phone", to_text(terms.phone)},
              {"ticket", to_text(terms.ticket)},
              {"ticket_bytes", to_base64url(terms.ticket.bytes.data(), terms.ticket.bytes.size())},
              {"ticket_expires_us", terms.ticket_expires_us},
              {"media_address", host.media_address},
              {"server_public_key", to_base64url(host.public_key.data(), host.public_key.size())}};
  if (terms.resumable()) {
    out["host_signer"] = api.host_signer.public_key();
    out["host_signature"] = api.host_signer.sign(host.public_key);
  } else {
    out["ticket_key"] = to_base64url(key.data(), key.size());
  }
  return out;
}

TicketKey key_of(const Api& api, const EntityId& session, const session::Terms& terms) {
  if (!terms.resumable()) return derive_ticket_key(api.ticket_secret, session, terms.ticket);
  const std::string secret = derive_link_secret(api.ticket_secret, terms.link);
  return derive_media_key(secret, session, terms.ticket);
}

host::AdmitSession admission(const Api& api, const EntityId& id, const session::Terms& terms,
                             const TicketKey& key) {
  host::AdmitSession admit{
      id, terms.phone, terms.user, terms.ticket, key, terms.ticket_expires_us, terms.control};
  admit.ends_us = terms.ends_us;
  admit.clipboard = terms.clipboard;
  if (terms.resumable()) return admit;
  const auto user = api.parts.models.user(terms.user);
  if (user) admit.viewer = user->login;
  admit.sees_names = true;
  return admit;
}

}  // namespace

Id128 ticket_of(const Request& request) {
  const std::string name = "ticket made by command " + to_text(request.command_id);
  return Id128{named_entity_id(EntityKind::kSystem, name).bytes};
}

asio::awaitable<Answer> hand_out_ticket(Api& api, EntityId session) {
  const ActorView view = co_await api.inspect(session);
  const auto* state = std::get_if<session::State>(&view.state);
  const session::Terms* terms = state == nullptr ? nullptr : session::terms_of(*state);
  if (terms == nullptr) co_return not_found("session");
  host::Link* link = api.parts.hosts.find_host(terms->host);
  if (link == nullptr) {
    co_return problem(503, "no_host", "the phone's host is out of reach: try again later");
  }
  const TicketKey key = key_of(api, session, *terms);
  if (std::holds_alternative<session::Opened>(*state)) {
    link->send(admission(api, session, *terms, key));
  }
  Answer answer;
  answer.status = 201;
  answer.body = ticket_json(api, session, *terms, key, link->description());
  co_return answer;
}

}  // namespace rookery
