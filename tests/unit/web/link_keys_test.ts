// What the page derives from a link, as the server does: tests/golden/link_keys.txt.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import {
  isHostOf, mediaKey, proofToOpen, proofToResume, sealPassword, serverFingerprint,
  sessionFingerprint,
} from '../../../tools/web/src/secure/link_keys';
import { sodiumReady } from '../../../tools/web/src/secure/sodium';
import { decodeBase64Url, encodeBase64Url } from '../../../tools/web/src/secure/text_codes';

const golden = new Map(readFileSync(join(process.env['ROOKERY_TESTS'] ?? '', 'golden',
                                         'link_keys.txt'), 'utf8')
  .trim().split('\n').map((line) => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1)] as const;
  }));

function given(name: string): string {
  return golden.get(name) ?? assert.fail(`no ${name}`);
}

describe('link keys', () => {
  before(sodiumReady);
  const secret = given('secret');
  const session = given('session');
  const hostKey = decodeBase64Url(given('host_key'), 32) ?? assert.fail();

  it('are those that the server derives', () => {
    assert.equal(proofToOpen(secret), given('proof_to_open'));
    assert.equal(proofToResume(secret, session), given('proof_to_resume'));
    assert.equal(encodeBase64Url(mediaKey(secret, session, given('ticket'))), given('media_key'));
    assert.equal(sessionFingerprint(secret, session, hostKey), given('session_fingerprint'));
    assert.equal(serverFingerprint(given('server')), given('server_fingerprint'));
    assert.equal(serverFingerprint(''), undefined);
  });

  it('seal a password differently each time', () => {
    const sealed = sealPassword(secret, 'let me in');
    assert.equal(sealed.length, given('sealed_password').length);
    assert.notEqual(sealed, sealPassword(secret, 'let me in'));
  });

  it('know a host by the link alone', () => {
    const [server, signer, signature] = ['server', 'host_signer', 'host_signature'].map(given);
    const known = (of: string, key: typeof hostKey, by: string, signed: string): boolean =>
      isHostOf(of, key, by, signed);
    assert.ok(known(server ?? '', hostKey, signer ?? '', signature ?? ''));
    const otherKey = hostKey.map((byte) => byte ^ 1);
    const other = (text = ''): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    assert.ok(!known(server ?? '', otherKey, signer ?? '', signature ?? ''));
    assert.ok(!known(other(server), hostKey, signer ?? '', signature ?? ''));
    assert.ok(!known(server ?? '', hostKey, other(signer), signature ?? ''));
    assert.ok(!known(server ?? '', hostKey, signer ?? '', other(signature)));
    assert.ok(!known('', hostKey, '', ''));
  });

  it('write bytes as the server does', () => {
    for (let size = 0; size < 40; ++size) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 37 + size) & 255);
      const text = encodeBase64Url(bytes);
      assert.equal(text, Buffer.from(bytes).toString('base64url'));
      if (size > 0) assert.deepEqual(decodeBase64Url(text, size), bytes);
    }
  });
});
