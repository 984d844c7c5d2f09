import { Component, type ReactNode } from 'react';
import { refusal } from '../api';
import { Failed } from './States';

/** Shows why a page could not be shown: there is no connection, or its files are those of another build of the shop. */
export class Boundary extends Component<{ children: ReactNode }, { failure?: unknown }> {
  override state: { failure?: unknown } = {};

  static getDerivedStateFromError(failure: unknown) {
    return {
      failure: navigator.onLine
        ? failure
        : refusal('offline', { retryable: true }),
    };
  }

  override render() {
    return 'failure' in this.state
      ? <Failed isPage failure={this.state.failure} retry={() => location.reload()} />
      : this.props.children;
  }
}
