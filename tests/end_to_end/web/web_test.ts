// The page in a real browser, against a real rookeryd and a real phone.
import { after, before } from 'node:test';
import { closeWorld, makeWorld } from './world';
import './watching';
import './firefox';
import './links';
import './sealed';
import './codecs';
import './page_itself';
import './accessible';
// Last: after it nothing is as it was.
import './recovery';

before(makeWorld);
after(closeWorld);
