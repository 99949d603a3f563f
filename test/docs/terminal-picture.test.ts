import { expect } from 'chai';

import { drawRecording, readRecording } from './terminal-picture.js';

const TYPESCRIPT = [
  'run first\r\n',
  '\x1b7\x1b[?25l\x1b[1Gteach    ██░░ 50% 3/6 windows\x1b[0K\x1b[1Gaudit    ████ 100% checking\x1b[0K\x1b[?25h\x1b8\x1b[2K\r\n',
  'Digest    <abc>\r\n',
].join('');

describe('the picture of a run', () => {
  it('takes lines and states of the bar from a recording', () => {
    expect(readRecording(TYPESCRIPT)).to.deep.equal({
      before: ['run first'],
      frames: [
        { phase: 'teach', share: 0.5, text: '3/6 windows' },
        { phase: 'audit', share: 1, text: 'checking' },
      ],
      after: ['Digest    <abc>'],
    });
  });

  it('shows the states in turn, and the result where nothing moves', () => {
    const svg = drawRecording(readRecording(TYPESCRIPT), 'npm start');
    expect(svg).to.contain('>$ npm start</text>').and.to.contain('>50% 3/6 windows</text>');
    expect(svg).to.match(/<g>\s*<animate [^>]*\/>\s*<text [^>]*>Digest {4}&lt;abc&gt;<\/text>\s*<\/g>/);
    expect(svg.match(/<g opacity="0">/g)).to.have.length(2);
  });
});
